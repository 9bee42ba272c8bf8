def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

class S:
    __slots__ = ("a", "b")
    def __init__(self): self.a = 1
s = S()
print(s.a, hasattr(s, "b"), hasattr(s, "__dict__"), S.__slots__)
err(lambda: s.b)
err(lambda: setattr(s, "c", 1))
err(lambda: s.c)
s.b = 2
print(s.b)
del s.b
err(lambda: s.b)
err(lambda: delattr(s, "b"))
print(type(S.a).__name__, S.a.__get__(s), S.a.__name__)
S.a.__set__(s, 9)
print(s.a)
class T(S):
    __slots__ = "c"
    def __init__(self): super().__init__(); self.c = 3
t = T()
print(t.a, t.c)
err(lambda: setattr(t, "z", 1))
class U(S): pass
u = U()
u.z = 5
print(u.z, u.a, u.__dict__)
class D:
    __slots__ = ("x", "__dict__")
d = D()
d.x, d.y = 1, 2
print(d.x, d.y, d.__dict__)
class W:
    __slots__ = ("v", "__weakref__")
import weakref
w = W()
r = weakref.ref(w)
print(r() is w)
err(lambda: weakref.ref(s))
def clash():
    class X:
        __slots__ = ("a",)
        a = 1
err(clash)
def bad_name():
    class X:
        __slots__ = ("1a",)
err(bad_name)
def bad_type():
    class X:
        __slots__ = (1,)
err(bad_type)
def int_slots():
    class X(int):
        __slots__ = ("a",)
err(int_slots)
def multi():
    class P:
        __slots__ = ("p",)
    class Q:
        __slots__ = ("q",)
    class R(P, Q): pass
err(multi)
class Empty:
    __slots__ = ()
err(lambda: setattr(Empty(), "a", 1))
class Mangled:
    __slots__ = ("__x",)
    def __init__(self): self.__x = 1
    def get(self): return self.__x
m = Mangled()
print(m.get(), m._Mangled__x)
class DictSlots:
    __slots__ = {"a": "doc of a", "b": None}
print(DictSlots.a.__doc__, sorted(DictSlots.__slots__))
class G:
    __slots__ = iter(["p", "q"])
g = G()
g.p = 1
print(g.p)
err(lambda: S.a.__get__(5))
err(lambda: S.a.__set__(t.__class__, 1))
class Def:
    __slots__ = ("a",)
    def __getattr__(self, n): return "default " + n
x = Def()
print(x.a, x.zz)
x.a = 5
print(x.a)
class L(list):
    __slots__ = ("extra",)
l = L([1, 2])
l.extra = "e"
print(l, l.extra)
err(lambda: setattr(l, "other", 1))
class Same:
    __slots__ = ("a", "b")
class Same2:
    __slots__ = ("a", "b")
o = Same()
o.a = 1
o.__class__ = Same2
print(type(o).__name__, o.a)
err(lambda: setattr(o, "__class__", S))
err(lambda: setattr(o, "__class__", int))
err(lambda: setattr(o, "__class__", 5))
