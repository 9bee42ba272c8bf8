def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

class Desc:
    def __init__(self, label): self.label = label
    def __get__(self, obj, cls=None):
        return ("get", self.label, obj is None, cls.__name__)
    def __set__(self, obj, value):
        print("set", self.label, value)
    def __delete__(self, obj):
        print("delete", self.label)
    def __set_name__(self, owner, name):
        print("name", owner.__name__, name)
class NonData:
    def __get__(self, obj, cls=None): return "nondata"
class SetOnly:
    def __set__(self, obj, v): obj.__dict__["so"] = v * 2
class K:
    d = Desc("d")
    n = NonData()
    so = SetOnly()
k = K()
print(k.d, K.d)
k.d = 5
del k.d
k.__dict__["d"] = "hidden"
print(k.d)
print(k.n)
k.n = "instance"
print(k.n, K.n)
del k.n
print(k.n)
print(type(k.so).__name__)
k.so = 4
print(k.so)
err(lambda: delattr(k, "so"))
class RO:
    def __get__(self, o, c=None): return 1
    def __set__(self, o, v): raise AttributeError("read only")
class L:
    r = RO()
err(lambda: setattr(L(), "r", 1))
err(lambda: delattr(L(), "r"))
print(L().r)
L.r = 9
print(L.r)
class Cached:
    def __init__(self, f): self.f = f; self.name = f.__name__
    def __get__(self, obj, cls=None):
        if obj is None: return self
        v = obj.__dict__[self.name] = self.f(obj)
        return v
class P:
    @Cached
    def slow(self):
        print("computed")
        return 42
p = P()
print(p.slow, p.slow)
class Typed:
    def __init__(self, kind): self.kind = kind
    def __set_name__(self, owner, name): self.name = "_" + name
    def __get__(self, obj, cls=None): return self if obj is None else getattr(obj, self.name, None)
    def __set__(self, obj, v):
        if not isinstance(v, self.kind):
            raise TypeError(f"{self.name[1:]} must be {self.kind.__name__}")
        setattr(obj, self.name, v)
class Person:
    name = Typed(str)
    age = Typed(int)
    def __init__(self, name, age): self.name, self.age = name, age
q = Person("Ann", 30)
print(q.name, q.age, sorted(q.__dict__))
err(lambda: Person("Bob", "x"))
class Fn:
    def f(self, x): return (self.__class__.__name__, x)
fn = Fn()
b = fn.f
print(b(1), b.__self__ is fn, b.__func__ is Fn.f, Fn.f(fn, 2), b == fn.f, hash(b) == hash(fn.f), b.__name__)
print(Fn.__dict__["f"].__get__(fn, Fn)(3), Fn.f.__get__(fn)(4))
fn.g = lambda x: x
print(fn.g(5))
import types
fn.h = types.MethodType(lambda self, x: (self is fn, x), fn)
print(fn.h(6))
class GetRaises:
    def __get__(self, o, c=None): raise AttributeError("inner")
class W:
    g = GetRaises()
    def __getattr__(self, n): return "fallback " + n
print(W().g)
class Instance:
    pass
i = Instance()
i.d = Desc("never")
print(type(i.d).__name__)
class ClassLevel:
    cm = classmethod(lambda cls, x: (cls.__name__, x))
    sm = staticmethod(lambda x: x)
    pr = property(lambda self: "prop")
print(ClassLevel.cm(1), ClassLevel().cm(2), ClassLevel.sm(3), ClassLevel().sm(4), ClassLevel().pr)
print(type(ClassLevel.pr).__name__)
class Meta(type):
    md = Desc("meta")
    def mm(cls): return "mm " + cls.__name__
class WithMeta(metaclass=Meta): pass
print(WithMeta.md, WithMeta.mm())
err(lambda: WithMeta().mm())
