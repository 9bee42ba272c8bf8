def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

import functools as ft
from functools import *
p = partial(lambda *a, **k: (a, k), 1, x=2)
print(p(3, y=4), p.args, p.keywords, partial(p, 5)(6), p.func is partial(p, 1).func)
err(lambda: partial())
err(lambda: partial(5))
print(partial(int, base=2)("101"), repr(partial(print, 1))[:30] if False else "")
print(partial(pow, Placeholder, 2)(5))
print(reduce(lambda a, b: a + b, [1, 2, 3]), reduce(lambda a, b: a * b, [], 7))
err(lambda: reduce(max, []))
calls = []
@lru_cache(maxsize=2)
def f(x): calls.append(x); return x * 2
print([f(i) for i in (1, 2, 1, 3, 1, 2)], calls, f.cache_info(), f.cache_parameters())
f.cache_clear()
print(f.cache_info(), f.__wrapped__(5), f.__name__)
err(lambda: f([]))
@lru_cache(typed=True)
def t(x): return type(x).__name__
print(t(1), t(1.0), t(True), t.cache_info())
@cache
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(100), fib.cache_info().hits)
class C:
    n = 0
    @cached_property
    def v(self): C.n += 1; return 42
    @lru_cache
    def m(self, x): C.n += 10; return x
    @partialmethod
    def pm(self): pass
    def base(self, a, b): return (a, b)
    fixed = partialmethod(base, "A")
    @singledispatchmethod
    def sd(self, x): return "obj"
    @sd.register
    def _(self, x: int): return "int"
c = C()
print(c.v, c.v, C.n, c.m(1), c.m(1), C.n, c.fixed("B"), c.sd(1), c.sd("a"), c.__dict__)
del c.v
print(c.v, C.n)
@singledispatch
def sd(x): return "default"
@sd.register(list)
@sd.register(tuple)
def _(x): return "seq"
@sd.register
def _(x: int | float): return "num"
sd.register(type(None), lambda x: "none")
print(sd([]), sd(()), sd(1), sd(1.5), sd(True), sd(None), sd("a"))
print(sd.dispatch(bool).__name__ if False else sd.dispatch(str).__name__, len(sd.registry))
err(lambda: sd())
err(lambda: sd.register("x"))
@total_ordering
class V:
    def __init__(self, v): self.v = v
    def __eq__(self, o): return self.v == o.v if isinstance(o, V) else NotImplemented
    def __lt__(self, o): return self.v < o.v if isinstance(o, V) else NotImplemented
print(V(1) < V(2), V(1) <= V(1), V(2) > V(1), V(1) >= V(2), sorted([V(3), V(1)])[0].v)
err(lambda: V(1) < 5)
err(lambda: V(1) >= 5)
err(lambda: total_ordering(type("X", (), {})))
def deco(g):
    @wraps(g)
    def w(*a): "wrapper doc"; return g(*a)
    return w
@deco
def named(a: int) -> str: "named doc"; return a
print(named.__name__, named.__doc__, named.__wrapped__.__name__, named.__module__, named.__qualname__)
print(named.__annotations__)
print(sorted([3, 1, 2], key=cmp_to_key(lambda a, b: b - a)))
print(cmp_to_key(lambda a, b: a - b)(1) < cmp_to_key(lambda a, b: a - b)(2) if False else "")
print(WRAPPER_ASSIGNMENTS[:3])
k = cmp_to_key(lambda a, b: (a > b) - (a < b))
print(k(1) < k(2), k(2) == k(2), k(3).obj, max([1, 3, 2], key=k))
err(lambda: hash(k(1)))
err(lambda: lru_cache(maxsize="a")(len))
err(lambda: lru_cache(5, 6, 7))
print(lru_cache(maxsize=0)(lambda x: x)(3), lru_cache(maxsize=-1)(lambda x: x).cache_parameters())
@lru_cache(maxsize=3)
def kw(*a, **k): return a, tuple(sorted(k.items()))
print(kw(1, x=2), kw(1, x=2), kw(x=2, *[1]), kw.cache_info())
@lru_cache
def boom(x): raise ValueError(x)
err(lambda: boom(1))
print(boom.cache_info())
print(update_wrapper(partial(len), len).__name__)
