def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

def order(n):
    print("evaluated", n)
    return n
def f(a=order(1), *, b=order(2)):
    return a, b
print(f(), f(5), f(b=6))
def acc(x, seen=[]):
    seen.append(x)
    return seen
print(acc(1), acc(2), acc(3, []), acc(4))
print(f.__defaults__, f.__kwdefaults__)
f.__defaults__ = (10,)
f.__kwdefaults__ = {"b": 20}
print(f())
f.__defaults__ = None
err(f)
f.__kwdefaults__ = None
err(lambda: f(1))
err(lambda: setattr(f, "__defaults__", 5))
err(lambda: setattr(f, "__kwdefaults__", 5))
def g(a, b=lambda: a_global, c=None):
    return b(), c
a_global = "global"
print(g(1))
def h(a, b=2, /, c=3, *args, d=4, **kw):
    return a, b, c, args, d, kw
print(h(1), h(1, 9), h(1, 2, 3, 4, 5), h(1, c=7), h(1, d=0, e=1), h(1, b=5), h(*range(5), **{"d": 1, "x": 2}))
x = 1
def late(v=x):
    return v
x = 2
print(late())
def nested():
    n = 5
    def inner(k=n):
        return k
    n = 6
    return inner()
print(nested())
class C:
    y = 3
    def m(self, z=y):
        return z
    y = 4
print(C().m(), C.y)
fs = [lambda i=i, *, j=i * 2: (i, j) for i in range(3)]
print([q() for q in fs], fs[0](9), fs[1](j=0))
def swap(a, b):
    return b, a
print(swap(*swap(1, 2)), swap(b=1, a=2), swap(**dict(zip("ab", "xy"))))
def kw(**k):
    k["added"] = 1
    return k
d = {"p": 0}
print(kw(**d), d)
def var(*a):
    return type(a).__name__, a
t = [1, 2]
print(var(*t), var(), var(t), var(*"ab", *t), var(*(i for i in t)), var(*{}), var(*{"k": 1}))
