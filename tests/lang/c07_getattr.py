def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

class A:
    x = 1
    def __getattr__(self, n):
        print("getattr", n)
        if n == "bad": raise AttributeError("no " + n)
        return n.upper()
a = A()
print(a.x, a.foo, hasattr(a, "bad"), getattr(a, "bad", 5))
a.foo = 3
print(a.foo)
del a.foo
print(a.foo)
class B:
    def __init__(self): self.v = 1
    def __getattribute__(self, n):
        if n == "secret": raise AttributeError("hidden")
        return object.__getattribute__(self, n)
    def __getattr__(self, n): return "fallback:" + n
b = B()
print(b.v, b.secret, b.other)
class C:
    def __setattr__(self, n, v):
        print("set", n, v)
        object.__setattr__(self, n, v * 2)
    def __delattr__(self, n):
        print("del", n)
        object.__delattr__(self, n)
c = C()
c.a = 5
print(c.a, c.__dict__)
c.a += 1
print(c.a)
del c.a
err(lambda: delattr(c, "a"))
err(lambda: c.a)
class D:
    def __getattribute__(self, n): raise KeyError(n)
err(lambda: D().x)
err(lambda: hasattr(D(), "x"))
class E:
    def __getattr__(self, n): return lambda *a: (n, a)
print(E().method(1, 2))
err(lambda: len(E()))
err(lambda: E() + 1)
print(E().__len__())
err(lambda: iter(E()))
class F:
    def __getattribute__(self, n): return "always"
f = F()
print(f.x, f.__class__, f.__dict__, type(f).__name__)
for n in ("a", "b"):
    setattr(c, n, n)
print(c.a, c.b, sorted(vars(c)))
err(lambda: getattr(c, 5))
err(lambda: setattr(c, 5, 1))
err(lambda: getattr(5, "nope"))
err(lambda: setattr(5, "nope", 1))
err(lambda: delattr(5, "real"))
err(lambda: setattr(5, "real", 1))
err(lambda: setattr(int, "x", 1))
err(lambda: delattr(int, "bit_length"))
err(lambda: setattr(object(), "a", 1))
err(lambda: setattr([], "a", 1))
err(lambda: setattr(None, "a", 1))
err(lambda: "".foo)
err(lambda: int.foo)
err(lambda: (lambda: 0).foo)
err(lambda: len.foo)
err(lambda: A.nope)
err(lambda: delattr(A, "nope"))
err(lambda: delattr(A(), "x"))
def fn(): pass
fn.attr = 1
print(fn.attr, fn.__dict__)
err(lambda: setattr(fn, "__name__", 5))
fn.__name__ = "renamed"
print(fn.__name__, fn.__qualname__)
err(lambda: setattr(fn, "__code__", 5))
err(lambda: setattr(len, "x", 1))
class Prox:
    def __init__(self, t): object.__setattr__(self, "_t", t)
    def __getattr__(self, n): return getattr(self._t, n)
    def __setattr__(self, n, v): setattr(self._t, n, v)
p = Prox(A())
p.q = 9
print(p.q, p._t.q, p.x)
class Dir:
    def __dir__(self): return ["z", "a", 5] if False else ["z", "a"]
print(dir(Dir()))
class BadDir:
    def __dir__(self): return 5
err(lambda: dir(BadDir()))
class Dyn:
    def __getattr__(self, n):
        v = len(n)
        setattr(self, n, v)
        return v
d = Dyn()
print(d.abc, d.__dict__, d.abc)
class Cls:
    y = 1
i = Cls()
i.__dict__["y"] = 2
print(i.y)
i.__dict__ = {"y": 3, "w": 4}
print(i.y, i.w)
err(lambda: setattr(i, "__dict__", 5))
Cls.y = property(lambda s: "prop")
print(i.y)
err(lambda: getattr(i, "a b"))
setattr(i, "a b", 1)
print(getattr(i, "a b"), sorted(i.__dict__))
class Slow:
    def __getattribute__(self, n):
        if n.startswith("_"): return super().__getattribute__(n)
        return n + "!"
print(Slow().x, Slow().y)
