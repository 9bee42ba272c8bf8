def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

class T:
    def __init__(self): self._c = 0
    @property
    def c(self):
        "celsius"
        return self._c
    @c.setter
    def c(self, v):
        if v < -273: raise ValueError("too cold")
        self._c = v
    @c.deleter
    def c(self): self._c = 0
    @property
    def f(self): return self._c * 9 / 5 + 32
    w = property(fset=lambda self, v: setattr(self, "_w", v), doc="write only")
    e = property()
t = T()
t.c = 100
print(t.c, t.f, T.c.__doc__, T.w.__doc__)
err(lambda: setattr(t, "c", -300))
del t.c
print(t.c)
err(lambda: setattr(t, "f", 1))
err(lambda: delattr(t, "f"))
err(lambda: t.w)
t.w = 3
print(t._w)
err(lambda: t.e)
err(lambda: setattr(t, "e", 1))
err(lambda: delattr(t, "e"))
print(T.c.fget.__name__, T.c.fset is not None, T.f.fset, T.c.fdel.__name__)
class S(T):
    @property
    def c(self): return super().c + 1
s = S()
print(s.c)
err(lambda: setattr(s, "c", 1))
class U(T):
    @T.c.setter
    def c(self, v): self._c = v * 10
u = U()
u.c = 5
print(u.c)
class Raises:
    @property
    def a(self): raise AttributeError("from inside")
    @property
    def b(self): raise KeyError("k")
r = Raises()
err(lambda: r.a)
err(lambda: r.b)
print(hasattr(r, "a"))
err(lambda: hasattr(r, "b"))
print(getattr(r, "a", "default"))
class Meta(type):
    @property
    def label(cls): return "label of " + cls.__name__
class X(metaclass=Meta): pass
print(X.label)
err(lambda: X().label)
err(lambda: setattr(X, "label", 1))
p = property(lambda s: 1)
print(type(p).__name__, p.getter(lambda s: 2).fget(None), isinstance(p, property))
class Sub(property):
    pass
class Y:
    @Sub
    def v(self): return "subclass"
print(Y().v, type(Y.__dict__["v"]).__name__)
err(lambda: property(1, 2, 3, 4, 5))
y = Y()
y.__dict__["v"] = "shadow"
print(y.v)
print(T.c.__name__, Y.v.__name__)
class C2:
    @classmethod
    def make(cls): return cls.__name__
    @staticmethod
    def add(a, b): return a + b
print(C2.make(), C2.add(1, 2), C2().make(), C2.__dict__["add"].__func__(3, 4), C2.__dict__["make"].__func__(int))
print(callable(C2.__dict__["add"]), C2.__dict__["add"](5, 6), callable(C2.__dict__["make"]))
