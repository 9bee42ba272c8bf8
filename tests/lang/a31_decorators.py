import functools

def trace(f):
    @functools.wraps(f)
    def wrapper(*a, **k):
        print("call", f.__name__, a, k)
        r = f(*a, **k)
        print("ret", r)
        return r
    return wrapper

@trace
def add(a, b=1):
    """adds"""
    return a + b

print(add(1), add.__name__, add.__doc__, add.__wrapped__(5, 6))

def repeat(n):
    def deco(f):
        def w(*a):
            return [f(*a) for _ in range(n)]
        return w
    return deco

@repeat(3)
def hi(x):
    return "hi " + x

print(hi("bob"))

def tag(t):
    print("make", t)
    def deco(f):
        print("apply", t)
        return lambda: "<%s>%s</%s>" % (t, f(), t)
    return deco

@tag("a")
@tag("b")
def text():
    return "t"

print(text())

def register(cls):
    cls.registered = True
    return cls

@register
class K:
    pass

print(K.registered)

class CountCalls:
    def __init__(self, f):
        self.f = f
        self.n = 0
    def __call__(self, *a):
        self.n += 1
        return self.f(*a)
    def __get__(self, obj, cls=None):
        return functools.partial(self, obj) if obj is not None else self

class User:
    @CountCalls
    def m(self, x):
        return x

u = User()
print(u.m(1), u.m(2), User.m.n)

class Memo:
    cache = {}
    @staticmethod
    def deco(f):
        def w(n):
            if n not in Memo.cache:
                Memo.cache[n] = f(n)
            return Memo.cache[n]
        return w

@Memo.deco
def slow(n):
    print("computing", n)
    return n * n

print(slow(3), slow(3))

class P:
    def __init__(self):
        self._v = 0
    @property
    def v(self):
        """doc of v"""
        return self._v
    @v.setter
    def v(self, x):
        self._v = x * 2
    @v.deleter
    def v(self):
        print("deleted")
        self._v = None

p = P()
p.v = 5
print(p.v, P.v.__doc__)
del p.v
print(p.v)

decos = [lambda f: lambda: f() + 1, lambda f: lambda: f() * 10]

@decos[0]
@decos[1]
def five():
    return 5

print(five())

@(lambda f: "replaced")
def gone():
    pass

print(gone)


@functools.lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)

print(fib(80), fib.cache_info())

@functools.total_ordering
class Ver:
    def __init__(self, n): self.n = n
    def __eq__(self, o): return self.n == o.n
    def __lt__(self, o): return self.n < o.n

print(Ver(1) <= Ver(2), Ver(3) > Ver(2), Ver(2) >= Ver(2))

@functools.singledispatch
def show(x): return "obj"
@show.register
def _(x: int): return "int"
@show.register(str)
def _(x): return "str"
print(show(1), show("a"), show(1.5), show(True))
