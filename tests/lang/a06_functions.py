def f():
    return 1

def g(a, b):
    return a + b

def h(a, b=10, *args, c, d=20, **kw):
    return a, b, args, c, d, kw

def nothing():
    pass

def fact(n):
    return 1 if n < 2 else n * fact(n - 1)

def even(n):
    if n == 0:
        return True
    return odd(n - 1)

def odd(n):
    if n == 0:
        return False
    return even(n - 1)

print(f())
print(g(1, 2), g(b=1, a=2), g(1, b=5), g("a", "b"))
print(h(1, c=3))
print(h(1, 2, 3, 4, c=5, e=6))
print(h(*[1, 2, 3], **{"c": 4, "z": 5}))
print(h(1, *(2,), *[3, 4], c=1, **{"x": 1}, **{"y": 2}))
print(nothing())
print(fact(10), fact(30))
print(even(10), odd(7), even(7))
print((lambda x: x * 2)(4), (lambda *a, **k: (a, k))(1, z=2))

def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)

print([fib(i) for i in range(15)])

def default(x, acc=[]):
    acc.append(x)
    return acc

print(default(1), default(2), default(3, []))

def early(n):
    for i in range(n):
        if i * i > 50:
            return i
    return -1

print(early(5), early(100))

def outer():
    def inner(x):
        return x + 1
    return inner(inner(1))

print(outer())
print(f.__name__, g.__code__.co_argcount)

def multi():
    return 1, 2, 3

a, *b = multi()
print(a, b)

def pos_only(a, b, /, c, *, d):
    return a, b, c, d

print(pos_only(1, 2, 3, d=4), pos_only(1, 2, c=3, d=4))
