def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

def zero(): return 0
def one(a): return a
def two(a, b): return a, b
def three(a, b, c): return a, b, c
def default(a, b=1): return a, b
def star(a, *args): return a, args
def kwonly(*, k): return k
def kwonly2(*, k, m, n=1): return k, m, n
def posonly(a, b, /): return a, b
def posdef(a, b=2, /, c=3, *, d=4): return a, b, c, d
def kws(a, **kw): return a, kw
def poskw(a, /, **kw): return a, kw

err(lambda: zero(1))
err(lambda: zero(1, 2))
err(lambda: zero(x=1))
err(lambda: one())
err(lambda: one(1, 2))
err(lambda: one(b=1))
err(lambda: one(1, a=2))
err(lambda: two())
err(lambda: two(1))
err(lambda: two(b=1))
err(lambda: two(1, 2, 3))
err(lambda: three())
err(lambda: three(1))
err(lambda: three(c=1))
err(lambda: three(1, 2, 3, 4))
err(lambda: default())
err(lambda: default(1, 2, 3))
err(lambda: default(1, c=2))
err(lambda: default(1, a=1))
err(lambda: star())
err(lambda: star(a=1))
err(lambda: star(1, a=1))
err(lambda: kwonly())
err(lambda: kwonly(1))
err(lambda: kwonly(1, k=2))
err(lambda: kwonly(k=1, z=2))
err(lambda: kwonly2())
err(lambda: kwonly2(k=1))
err(lambda: kwonly2(1, 2, k=1, m=2))
err(lambda: posonly(a=1, b=2))
err(lambda: posonly(1, b=2))
err(lambda: posonly(1))
err(lambda: posdef())
err(lambda: posdef(1))
err(lambda: posdef(1, b=3))
err(lambda: posdef(1, 2, 3, 4))
err(lambda: posdef(1, 2, 3, d=5))
err(lambda: kws())
err(lambda: kws(1, a=2))
err(lambda: kws(1, b=2))
err(lambda: poskw(1, a=2))
err(lambda: poskw(a=2))
err(lambda: (lambda: 0)(1))
err(lambda: (lambda x, y: 0)(1))

class C:
    def m(self): return "m"
    def n(self, a): return a
    def none(): return 0
    @classmethod
    def k(cls, a): return a
    @staticmethod
    def s(a): return a

c = C()
err(lambda: c.m(1))
err(lambda: c.n())
err(lambda: C.n(1))
err(lambda: C.m())
err(lambda: c.none())
err(lambda: C.k())
err(lambda: C.s())
err(lambda: C(1))
err(lambda: c())
err(lambda: C.nope)
err(lambda: c.nope())

class D:
    def __init__(self, a): pass

err(lambda: D())
err(lambda: D(1, 2))
err(lambda: D(b=1))

class E:
    def __init__(self): return 1

err(lambda: E())
err(lambda: len())
err(lambda: len(1, 2))
err(lambda: len(x=1))
err(lambda: abs())
err(lambda: isinstance(1))
err(lambda: isinstance(1, 5))
err(lambda: issubclass(1, int))
err(lambda: getattr(1))
err(lambda: getattr(1, 2))
err(lambda: setattr(1, "a", 2))
err(lambda: object(1))
err(lambda: int(1, 2, 3))
err(lambda: "a".split(x=1))
err(lambda: [].append(x=1))
none = None
err(lambda: none())
err(lambda: one(*1))
err(lambda: one(*[1], *[2]))
err(lambda: one(**{"a": 1}, **{"a": 2}))
err(lambda: one(**[1]))
err(lambda: divmod(1))
err(lambda: pow(1))
err(lambda: round("a"))
err(lambda: round(1.5, "a"))
err(lambda: sorted())
err(lambda: chr())
err(lambda: iter())
err(lambda: type())
err(lambda: type(1, 2))
err(lambda: type("A", 1, {}))
err(lambda: super())
err(lambda: __import__())
err(lambda: open())
err(lambda: eval(5))
err(lambda: exec(5))
err(lambda: compile("1", "f", "bad"))
err(lambda: hash({}))
err(lambda: bytes("a"))
err(lambda: bytes([256]))
err(lambda: bytes(-1))
err(lambda: format(1, 2))
