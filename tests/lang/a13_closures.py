def counter():
    n = 0
    def inc():
        nonlocal n
        n += 1
        return n
    return inc

c = counter()
d = counter()
print(c(), c(), d(), c())

def adder(a):
    return lambda b: a + b

print(adder(1)(2), [adder(i)(10) for i in range(3)])

def make():
    fs = []
    for i in range(3):
        fs.append(lambda: i)
    return fs

print([f() for f in make()])

def make2():
    return [lambda i=i: i for i in range(3)]

print([f() for f in make2()])

def outer():
    x = 1
    def mid():
        def inner():
            nonlocal x
            x += 10
            return x
        return inner
    m = mid()
    return m(), m(), x

print(outer())

def unbound(flag):
    def f():
        return v
    if flag:
        v = 1
    return f

print(unbound(True)())
try:
    unbound(False)()
except NameError as e:
    print(type(e).__name__, e)

def local_unbound():
    print(q)
    q = 1

try:
    local_unbound()
except UnboundLocalError as e:
    print(e)

g = 1

def use_global():
    global g, fresh
    g += 1
    fresh = "made"
    return g

print(use_global(), g, fresh)

def shadow(print_it):
    g = 5
    def inner():
        global g
        return g
    return g, inner()

print(shadow(1))

def two():
    v = [0]
    def get():
        return v[0]
    def put(x):
        v[0] = x
    return get, put

get, put = two()
put(42)
print(get(), get.__closure__[0].cell_contents, get.__code__.co_freevars)

def recursive():
    def fact(n):
        return 1 if n == 0 else n * fact(n - 1)
    return fact(5)

print(recursive())

def deleted():
    x = 1
    def f():
        return x
    del x
    return f

try:
    deleted()()
except NameError as e:
    print(e)

def args(*a, **k):
    def show():
        return a, k
    return show

print(args(1, 2, z=3)())

def param_cell(a, b=2):
    def bump():
        nonlocal a
        a += b
        return a
    return bump

p = param_cell(1)
print(p(), p())
