def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

class A:
    def __new__(cls, *args, **kw):
        print("new", cls.__name__, args, kw)
        self = super().__new__(cls)
        self.made = True
        return self
    def __init__(self, *args, **kw):
        print("init", args, kw)
a = A(1, k=2)
print(a.made)
class B:
    def __new__(cls): return 5
    def __init__(self): print("never")
print(B())
class C(A):
    def __new__(cls, x): return super().__new__(cls, x, extra=1)
    def __init__(self, x): self.x = x
print(C(7).x)
class D(int):
    def __new__(cls, v): return super().__new__(cls, v * 2)
    def __init__(self, v): self.orig = v
d = D(4)
print(d, d.orig, d + 1, type(d + 1).__name__, isinstance(d, int), repr(d), D(1) == 2)
class E(str):
    def __new__(cls, s, extra=None):
        o = str.__new__(cls, s.upper())
        o.extra = extra
        return o
e = E("abc", 9)
print(e, e.extra, e.lower(), type(e[0]).__name__, e + "x")
class F(tuple):
    def __new__(cls, *a): return tuple.__new__(cls, a)
    @property
    def first(self): return self[0]
f = F(1, 2, 3)
print(f, f.first, len(f), f[1:], type(f[1:]).__name__)
class G(list):
    def __init__(self, n): super().__init__(range(n)); self.n = n
g = G(3)
print(g, g.n, type(g + [1]).__name__, g == [0, 1, 2])
class H(dict):
    def __init__(self, *a, **k): super().__init__(*a, **k); self.tag = "h"
h = H({"a": 1}, b=2)
print(h, h.tag, type(h.copy()).__name__)
class I(float):
    pass
print(I(2.5) * 2, type(I(1) + I(2)).__name__, I("3"))
class J(set): pass
print(J([1]) | {2}, type(J([1]) | {2}).__name__)
class K(Exception):
    def __init__(self, a, b): super().__init__(a); self.b = b
k = K(1, 2)
print(k.args, k.b, str(k), repr(k))
err(lambda: object.__new__(int))
err(lambda: object.__new__(5))
err(lambda: int.__new__(str))
err(lambda: object.__new__())
err(lambda: object.__new__(A, 1) and "ok")
class L: pass
err(lambda: L(1))
err(lambda: L(x=1))
class M:
    def __init__(self, a): pass
err(lambda: M())
err(lambda: object.__init__(M(1), 5) if False else M(1, 2))
class N:
    def __new__(cls, a): return object.__new__(cls)
err(lambda: N())
print(type(N(1)).__name__)
class Node:
    def __init__(self, v, nxt=None): self.v, self.nxt = v, nxt
    def __iter__(self):
        n = self
        while n: yield n.v; n = n.nxt
print(list(Node(1, Node(2, Node(3)))))
class Cached:
    _c = {}
    def __new__(cls, k):
        if k not in cls._c: cls._c[k] = super().__new__(cls)
        return cls._c[k]
print(Cached(1) is Cached(1), Cached(1) is Cached(2))
class BadInit:
    def __init__(self): return "x"
err(BadInit)
class Meta(type):
    def __call__(cls, *a): return ("called", cls.__name__, a)
class O(metaclass=Meta): pass
print(O(1, 2))
class P:
    def __init__(self): self.__init__ = None
print(P().__init__)
x = object.__new__(M)
print(type(x).__name__, hasattr(x, "v"))
class Abstract:
    def __new__(cls):
        if cls is Abstract: raise TypeError("abstract")
        return super().__new__(cls)
class Concrete(Abstract): pass
err(Abstract)
print(type(Concrete()).__name__)
t = type("Dyn", (A,), {"hello": lambda self: "hi"})
print(t(1).hello(), t.__name__, t.__module__)
err(lambda: type("X", (), {}, foo=1))
err(lambda: type(1, (), {}))
err(lambda: type("X", [], {}))
err(lambda: type("X", (), 5))
err(lambda: type("X", (1,), {}))
