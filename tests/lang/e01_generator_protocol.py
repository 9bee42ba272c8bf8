def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

def g():
    try:
        x = yield 1
        print("got", x)
        y = yield 2
        print("got", y)
    except ValueError as e:
        print("caught", e)
        yield "recovered"
    finally:
        print("fin")
    return "done"
a = g()
print(next(a), a.send("s"))
print(a.throw(ValueError("v")))
try:
    next(a)
except StopIteration as e:
    print("value", e.value)
err(lambda: next(a))
err(lambda: g().send(1))
b = g()
err(lambda: b.throw(KeyError("k")))
err(lambda: next(b))
c = g()
next(c)
c.close()
c.close()
err(lambda: c.send(None))
d = g()
d.close()
err(lambda: next(d))
def ignores():
    try:
        yield 1
    except GeneratorExit:
        yield 2
i = ignores()
next(i)
err(i.close)
def swallows():
    try:
        yield 1
    except GeneratorExit:
        return "closed value"
s = swallows()
next(s)
print(s.close())
def raises():
    try:
        yield 1
    except GeneratorExit:
        raise KeyError("on close")
r = raises()
next(r)
err(r.close)
def running():
    yield next(me)
me = running()
err(lambda: next(me))
def stop(): 
    yield 1
    raise StopIteration("x")
st = stop()
next(st)
try:
    next(st)
except RuntimeError as e:
    print(e, repr(e.__cause__))
t = g()
print(t.gi_frame is not None, t.gi_running, t.gi_yieldfrom, t.gi_code.co_name, t.__name__, t.__qualname__)
print(t.gi_suspended)
next(t)
print(t.gi_suspended)
t.close()
print(t.gi_frame, t.gi_suspended)
t.__name__ = "renamed"
print(t.__name__)
err(lambda: setattr(t, "__name__", 5))
def deleg():
    r = yield from inner()
    print("inner gave", r)
    r = yield from [1, 2]
    print("list gave", r)
    return "outer"
def inner():
    try:
        v = yield "i1"
        print("inner got", v)
        v = yield "i2"
    except KeyError as e:
        print("inner caught", e)
        v = yield "i3"
    return v
o = deleg()
print(next(o), o.send("hello"), o.throw(KeyError("k")), o.send("ret"), next(o))
try: next(o)
except StopIteration as e: print(e.value)
class It:
    def __iter__(self): return self
    def __next__(self): return 7
    def throw(self, *a): print("it.throw", type(a[0]).__name__); raise StopIteration("thrown")
    def send(self, v): print("it.send", v); return v
    def close(self): print("it.close")
def d2():
    r = yield from It()
    print("r", r)
    yield "end"
x = d2()
print(next(x), x.send("v"), x.throw(ValueError()))
x = d2()
next(x)
x.close()
def d3(): yield from 5
err(lambda: next(d3()))
def d4():
    x = yield from (i for i in range(2))
    return x
print(list(d4()))
def thrower():
    while True:
        try: yield
        except Exception as e: print("in gen", repr(e), e.__context__)
h = thrower()
next(h)
h.throw(ValueError)
h.throw(ValueError("inst"))
err(lambda: h.throw(5))
err(lambda: h.throw("x"))
def many():
    yield from range(3)
    yield from "ab"
    return (yield "last")
m = many()
print(list(m))
def nested(n):
    if n == 0: yield "bottom"; return "ret0"
    r = yield from nested(n - 1)
    return r + str(n)
n = nested(5)
print(next(n))
try: next(n)
except StopIteration as e: print(e.value)
print([*(x * 2 for x in (y + 1 for y in range(3)))], sum(i for i in range(5) if i % 2))
print(list((i, j) for i in range(2) for j in range(2)))
def early():
    for i in range(3): yield i
for v in early():
    if v == 1: break
print(v, type(early()).__name__, early.__code__.co_flags & 0x20)
def yexpr():
    a = [(yield 1), (yield 2)]
    b = (yield) or "none"
    print(a, b)
y = yexpr()
next(y)
y.send("A")
y.send("B")
try: next(y)
except StopIteration: pass
def finally_yield():
    try: yield 1
    finally: yield "from finally"
f = finally_yield()
next(f)
try: f.throw(ValueError("x")) and print("yielded in finally")
except ValueError: print("no")
err(lambda: next(f))
gen = (1 / x for x in [1, 0, 2])
print(next(gen))
err(lambda: next(gen))
err(lambda: next(gen))
lst = []
g2 = (lst.append(i) or i for i in range(3))
print(lst)
list(g2)
print(lst)
def outer_iter_eager():
    return (x for x in 5)
err(outer_iter_eager)
