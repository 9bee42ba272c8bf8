def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

class Meta(type):
    def __new__(mcs, name, bases, ns, **kw):
        print("new", name, [b.__name__ for b in bases], sorted(k for k in ns if not k.startswith("__")), kw)
        ns["added"] = "by meta"
        return super().__new__(mcs, name, bases, ns)
    def __init__(cls, name, bases, ns, **kw):
        print("init", name, kw)
        super().__init__(name, bases, ns)
    def __call__(cls, *a, **k):
        print("call", cls.__name__, a, k)
        return super().__call__(*a, **k)
    def __len__(cls): return 7
    def __iter__(cls): return iter("abc")
    def __contains__(cls, x): return x == "in"
    def __getitem__(cls, k): return (cls.__name__, k)
    def __repr__(cls): return "<Meta %s>" % cls.__name__
    def __getattr__(cls, n): 
        if n.startswith("__"): raise AttributeError(n)
        return "meta attr " + n
    def __add__(cls, o): return "meta add"
    def __instancecheck__(cls, i): return i == "special" or type.__instancecheck__(cls, i)
    def __subclasscheck__(cls, c): return c is int or type.__subclasscheck__(cls, c)
    @classmethod
    def __prepare__(mcs, name, bases, **kw):
        print("prepare", name, kw)
        return {}
class A(metaclass=Meta, opt=1):
    x = 1
    def __init__(self, v=0): self.v = v
print(A, A.added, A.nope, len(A), list(A), "in" in A, A["k"], A + 1, isinstance("special", A))
print(issubclass(int, A), issubclass(str, A))
class B(A):
    y = 2
b = B(5)
print(b.v, type(B) is Meta, type(b) is B, B.__class__.__name__, isinstance(b, A), b.added)
err(lambda: b.nope)
class M1(type): pass
class M2(type): pass
class P(metaclass=M1): pass
class Q(metaclass=M2): pass
def conflict():
    class R(P, Q): pass
err(conflict)
class M3(M1, M2): pass
class R(P, Q, metaclass=M3): pass
print(type(R).__name__)
class S(P): pass
print(type(S).__name__)
T = type("T", (P,), {"z": 1})
print(type(T).__name__, T.z)
err(lambda: type.__new__(M1, "U", (Q,), {}))
def func_meta(name, bases, ns, **kw):
    return (name, bases, sorted(k for k in ns if not k.startswith("__")), kw)
class F(metaclass=func_meta, k=2):
    a = 1
    b = 2
print(F)
class Singleton(type):
    _inst = {}
    def __call__(cls, *a):
        if cls not in cls._inst:
            cls._inst[cls] = super().__call__(*a)
        return cls._inst[cls]
class One(metaclass=Singleton): pass
print(One() is One())
class Registry(type):
    reg = []
    def __init__(cls, name, bases, ns):
        super().__init__(name, bases, ns)
        Registry.reg.append(name)
class R1(metaclass=Registry): pass
class R2(R1): pass
print(Registry.reg)
def kw_bad():
    class K(opt=1): pass
err(kw_bad)
def kw_bad2():
    class K(P, foo=1): pass
err(kw_bad2)
class Ordered(type):
    @classmethod
    def __prepare__(mcs, name, bases): return Log()
class Log(dict):
    def __setitem__(self, k, v):
        if not k.startswith("__"): print("assign", k)
        super().__setitem__(k, v)
class O(metaclass=Ordered):
    a = 1
    b = a + 1
    def f(self): pass
    a = 3
print(O.a, O.b)
class BadPrepare(type):
    @classmethod
    def __prepare__(mcs, name, bases): return 5
def bad_prepare():
    class K(metaclass=BadPrepare): pass
err(bad_prepare)
print(type(type) is type, isinstance(type, object), isinstance(object, type), type.__mro__ == (type, object))
class Dec(type):
    def __setattr__(cls, n, v):
        print("class setattr", n)
        super().__setattr__(n, v)
    def __delattr__(cls, n):
        print("class delattr", n)
        super().__delattr__(n)
class V(metaclass=Dec): pass
V.q = 1
del V.q
err(lambda: V.q)
class NoInst(type):
    def __call__(cls): raise TypeError("no instances of " + cls.__name__)
class NI(metaclass=NoInst): pass
err(NI)
class Eq(type):
    def __eq__(cls, o): return True
    def __hash__(cls): return 1
class E1(metaclass=Eq): pass
print(E1 == 5, len({E1: 1}))
