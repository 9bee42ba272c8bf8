x = 1
def f():
    global x
    x = 2
f()
print(x)
def g():
    x = 10
    def h():
        global x
        x += 1
        return x
    return x, h()
print(g(), x)
def a():
    v = 1
    def b():
        def c():
            nonlocal v
            v += 1
            return v
        return c() + c()
    r = b()
    return r, v
print(a())
class K:
    x = "class"
    def m(self):
        return x
    y = x
    def n(self, d=x):
        return d
print(K().m(), K.y, K().n())
def maker():
    v = "enclosing"
    class L:
        v2 = v
        def get(self):
            return v
        def put(self, n):
            nonlocal v
            v = n
    return L()
o = maker()
o.put("changed")
print(o.get(), o.v2)
def loopvar():
    fs = []
    for i in range(3):
        def f(i=i):
            return i
        fs.append(f)
    return [f() for f in fs]
print(loopvar())
def del_global():
    global gone
    gone = 1
    del gone
    try:
        gone
    except NameError as e:
        print(e)
del_global()
def del_local():
    v = 1
    del v
    try:
        v
    except UnboundLocalError as e:
        print(e)
del_local()
def del_unbound():
    try:
        del nothing
    except UnboundLocalError as e:
        print(e)
    nothing = 1
del_unbound()
try:
    del never_was
except NameError as e:
    print(e)
print(sorted(k for k in globals() if k in ("x", "f", "K", "gone")))
def locs(a, b=2, *c, **d):
    e = 5
    return sorted(locals())
print(locs(1))
def locs2():
    y = 1
    def inner():
        return y, sorted(locals())
    return inner()
print(locs2())
exec("x = 'exec'")
print(x)
ns = {"x": 5}
exec("def q():\n    return x\nr = q()", ns)
print(ns["r"])
class Scoped:
    val = 1
    def get():
        return val if False else "skipped"
    items = list(map(lambda i: i + 1, range(val)))
print(Scoped.items)
def outer():
    def rec(n):
        return n if n == 0 else rec(n - 1)
    return rec(3)
print(outer())
len = lambda o: "shadowed"
print(len([1]))
del len
print(len([1]))
def builtin_shadow():
    print_ = print
    str = "local"
    print_(str)
builtin_shadow()
def class_in_func():
    z = 1
    class C:
        z = 2
        def m(self):
            return z
    return C().m(), C.z
print(class_in_func())
def class_local_lookup():
    z = "fn"
    class C:
        w = z
        if False:
            z = 1
    return C.w
try:
    print(class_local_lookup())
except NameError as e:
    print(e)
