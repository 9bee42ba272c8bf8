def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

class A:
    def __init__(self, **kw):
        print("A", sorted(kw))
    def m(self): return ["A"]
    @classmethod
    def c(cls): return ["A." + cls.__name__]
    @staticmethod
    def s(): return "sA"
    @property
    def p(self): return 1
    x = "xA"
class B(A):
    def __init__(self, b=None, **kw):
        print("B", b)
        super().__init__(**kw)
    def m(self): return ["B"] + super().m()
    @classmethod
    def c(cls): return ["B"] + super().c()
    @staticmethod
    def s(): return "sB"
    @property
    def p(self): return super().p + 1
class C(A):
    def __init__(self, c=None, **kw):
        print("C", c)
        super().__init__(**kw)
    def m(self): return ["C"] + super(C, self).m()
    x = "xC"
class D(B, C):
    def m(self): return ["D"] + super().m()
    def skip(self): return super(B, self).m()
    def attr(self): return super().x, super(C, self).x, super(B, self).x
    @classmethod
    def c(cls): return ["D"] + super().c()
d = D(b=1, c=2, q=3) if False else D(b=1, c=2)
print(d.m(), d.skip(), d.attr(), D.c(), d.p)
print(super(D, d).m(), super(D, D).c(), super(B, d).s(), repr(super(D, d)).split(" object")[0])
def nested(self):
    pass
class E(A):
    def m(self):
        def inner():
            return super(E, self).m()
        return inner()
    def comp(self):
        return [super(E, self).m() for _ in range(2)]
    def lam(self):
        return (lambda: super(E, self).m())()
    def direct(self):
        f = super
        return f(E, self).m()
    def uses_class(self): return __class__.__name__
e = E()
print(e.m(), e.comp(), e.lam(), e.direct(), e.uses_class())
err(lambda: super().x)
def f(): return super()
err(f)
def g(self): return super()
err(lambda: g(1))
class Z:
    def del_self(self):
        del self
        return super()
err(lambda: Z().del_self())
err(lambda: super(5))
err(lambda: super(int, "a"))
err(lambda: super(A, 5).m)
err(lambda: super(D, d).nothing)
err(lambda: super(A, d).m())
class New:
    def __new__(cls, *a):
        print("new", cls.__name__, a)
        return super().__new__(cls)
    def __init_subclass__(cls, **kw):
        super().__init_subclass__(**kw)
        print("init_subclass", cls.__name__)
    def __getattribute__(self, n):
        return super().__getattribute__(n)
    def __setattr__(self, n, v):
        super().__setattr__(n, v)
    def __eq__(self, o): return super().__eq__(o)
    def __repr__(self): return "New " + super().__repr__()[:1]
class Newer(New): pass
n = Newer(1, 2) if False else Newer()
n.q = 5
print(n.q, n == n, n == 1, repr(n))
class Item(dict):
    def __getitem__(self, k): return "got " + str(super().__getitem__(k))
    def __missing__(self, k): return "missing " + k
    def __setitem__(self, k, v): super().__setitem__(k.upper(), v)
i = Item()
i["a"] = 1
print(i["A"], i["zz"], dict(i))
class Meta(type):
    def __call__(cls, *a):
        print("meta call")
        return super().__call__(*a)
class M(metaclass=Meta): pass
M()
s = super(B, D)
print(s.m(d), s.__thisclass__.__name__, s.__self_class__.__name__, super(B, d).__self__ is d)
class Unbound:
    def m(self): return super(Unbound).__thisclass__.__name__
print(Unbound().m())
