def gen():
    yield 1
    yield 2
    return 3

g = gen()
print(next(g), next(g))
try:
    next(g)
except StopIteration as e:
    print("stop", e.value)
print(list(gen()), [x for x in gen()], sum(gen()))

def count(n):
    i = 0
    while i < n:
        yield i
        i += 1

for v in count(3):
    print(v)

def fib():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b

def take(n, it):
    for _, v in zip(range(n), it):
        yield v

print(list(take(10, fib())))

def chain(*its):
    for it in its:
        yield from it

print(list(chain([1, 2], "ab", count(2))))

def echo():
    got = yield "ready"
    while got is not None:
        got = yield got * 2

e = echo()
print(next(e), e.send(5), e.send("x"))
try:
    e.send(None)
except StopIteration:
    print("done")

def outer():
    r = yield from inner()
    print("inner returned", r)
    yield "end"

def inner():
    yield "a"
    return "result"

print(list(outer()))

def cleanup():
    try:
        yield 1
        yield 2
    finally:
        print("cleanup")

c = cleanup()
print(next(c))
c.close()
c = cleanup()
next(c)
del c
print("after del")

def squares(n):
    return (i * i for i in range(n))

print(list(squares(5)), max(squares(4)))

def tree(n):
    if n:
        yield from tree(n - 1)
        yield n
        yield from tree(n - 1)

print(list(tree(3)))
g = gen()
print(iter(g) is g)
a, b = gen()
print(a, b)
print(2 in gen(), 5 in gen())
print(dict((k, k * 2) for k in range(3)), sorted(x for x in [3, 1]))
