a, b = 1, 2
a, b = b, a
print(a, b)
a, (b, c), *d = 1, (2, 3), 4, 5
print(a, b, c, d)
*a, = "abc"
print(a)
[*a, b] = range(4)
print(a, b)
(a, *b), c = "xyz", 1
print(a, b, c)
for i, (j, *k) in [(1, (2, 3, 4)), (5, (6,))]:
    print(i, j, k)
d = {}
d["x"], d["y"] = 1, 2
print(d)
lst = [0, 1, 2]
i = 0
i, lst[i] = 2, 9
print(i, lst)
lst[0], lst[1] = lst[1], lst[0]
print(lst)
x = [1, 2, 3]
a, b, c = x
print(a, b, c)
a, b, c = "xyz"
print(a, b, c)
a, b = {"k1": 1, "k2": 2}
print(a, b)
a, b, c = (n for n in range(3))
print(a, b, c)

def err(f):
    try:
        f()
    except Exception as e:
        print(type(e).__name__ + ":", e)

def t1():
    a, b = 1, 2, 3
def t2():
    a, b, c = 1, 2
def t3():
    a, b = 5
def t4():
    a, *b, c = [1]
def t5():
    a, b = []
def t6():
    a, b = iter([1, 2, 3])
def t7():
    a, b = "abc"
def t8():
    a, b = None
def t9():
    *a, b = ()
def t10():
    a, b = {"x": 1, "y": 2, "z": 3}
for t in (t1, t2, t3, t4, t5, t6, t7, t8, t9, t10):
    err(t)
print([*[1, 2], *(3,), *"ab", *{4: 5}], (*[1], 2), {*[1], *[1, 2]})
print({**{"a": 1}, "b": 2, **{"a": 3}})

def f(*a, **k):
    return a, k

print(f(*[1], 2, *[3, 4], x=1, **{"y": 2}))
err(lambda: f(*5))
err(lambda: f(**5))
err(lambda: f(**{1: 2}))
err(lambda: f(x=1, **{"x": 2}))
a = b = c = []
a.append(1)
print(b, c)
a = (b := 5) + 1
print(a, b)
def ret():
    r = 2, 3
    return 1, *r
print(ret())
def yielder():
    r = [2]
    yield 1, *r
print(list(yielder()))
