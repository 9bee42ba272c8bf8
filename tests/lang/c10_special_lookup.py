def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

class A: pass
a = A()
a.__len__ = lambda: 5
err(lambda: len(a))
A.__len__ = lambda self: 6
print(len(a))
a.__add__ = lambda o: 1
err(lambda: a + 1)
A.__add__ = lambda self, o: "sum"
print(a + 1)
del A.__add__
err(lambda: a + 1)
a.__call__ = lambda: 1
err(lambda: a())
A.__call__ = lambda self, *x: x
print(a(1, 2))
a.__iter__ = lambda: iter([1])
err(lambda: list(a))
A.__iter__ = lambda self: iter([1, 2])
print(list(a))
a.__bool__ = lambda: False
print(bool(a))
A.__bool__ = lambda self: False
print(bool(a))
a.__eq__ = lambda o: True
print(a == 5)
A.__eq__ = lambda self, o: True
print(a == 5)
print(A.__hash__)
class B:
    def __eq__(self, o): return True
print(B.__hash__)
err(lambda: hash(B()))
class C(B):
    __hash__ = object.__hash__
print(hash(C()) is not None)
class D:
    __len__ = None
    __iter__ = None
    __contains__ = None
    __add__ = None
    __call__ = None
err(lambda: len(D()))
err(lambda: iter(D()))
err(lambda: 1 in D())
err(lambda: D() + 1)
err(lambda: D()())
class E:
    def __getattr__(self, n): raise RuntimeError("never for special: " + n)
err(lambda: E() + 1)
err(lambda: len(E()))
err(lambda: E()[0])
print(str(E()).startswith("<"), bool(E()))
class F:
    @staticmethod
    def __len__(): return 3
    @classmethod
    def __getitem__(cls, k): return (cls.__name__, k)
    @property
    def __call__(self): return lambda: "from property"
print(len(F()), F()[1], F()())
class Desc:
    def __get__(self, o, c): return lambda *a: ("desc", a)
class G:
    __add__ = Desc()
    __getitem__ = Desc()
print(G() + 1, G()[2])
class H:
    def __contains__(self, x): return "yes"
print(1 in H(), 1 not in H())
class I:
    def __iter__(self): yield 1; yield 2
print(2 in I(), 5 in I())
class J:
    def __getitem__(self, i):
        if i < 3: return i * i
        raise IndexError
print(4 in J(), 5 in J(), list(J()), [*J()])
class K:
    def __lt__(self, o): return [1]
    def __eq__(self, o): return ""
print(K() < 1, K() == 1, K() != 1, sorted([K(), K()]) is not None)
class L:
    def __index__(self): return 3
print([0, 1, 2, 3, 4][L()], "abcdef"[L():], range(10)[L()], bin(L()), L().__index__(), [7] * L())
print(5 if L() else 6)
import operator
print(operator.index(L()), (10).__add__(5), (10).__add__("x"), (10).__radd__(1), "a".__mul__(2))
print([1].__len__(), (1).__eq__(1.0), (1.0).__eq__(1), (1).__lt__("a"))
print(int.__add__(1, 2), str.__len__("abc"), list.__getitem__([1, 2], 0), dict.__contains__({1: 2}, 1))
print(object.__repr__(5)[:15], type.__call__(int, "5"), float.__floor__(1.5), int.__bool__(0))
err(lambda: int.__add__("a", 1))
err(lambda: str.__len__(5))
err(lambda: list.append(5, 1))
err(lambda: (5).__add__())
err(lambda: object.__getattribute__(5, "x"))
class M:
    def __enter__(self): return 1
err(lambda: exec("with M(): pass", {"M": M}))
class N:
    def __missing__(self, k): return k
err(lambda: N()["a"])
class Dm(dict):
    def __missing__(self, k): return "m" + k
print(Dm()["a"], Dm().get("a"), "a" in Dm())
class R:
    def __reversed__(self): return "rev"
print(reversed(R()))
class S:
    def __format__(self, s): return "fmt:" + s
    def __round__(self, n=None): return ("round", n)
    def __sizeof__(self): return 1
print(f"{S():x}", format(S(), "y"), "{:z}".format(S()), round(S()), round(S(), 2))
class T:
    def __delitem__(self, k): print("del", k)
    def __setitem__(self, k, v): print("set", k, v)
t = T()
t[1] = 2
t[1:2, ...] = 3
del t[5]
err(lambda: t[1])
class U:
    def __getitem__(self, k): return k
u = U()
u2 = u[1, 2:3, ..., None]
print(u2)
def setit(): u[0] = 1
def delit(): del u[0]
err(setit)
err(delit)
