class CM:
    def __init__(self, name, swallow=False):
        self.name = name
        self.swallow = swallow
    def __enter__(self):
        print("enter", self.name)
        return self.name
    def __exit__(self, t, v, tb):
        print("exit", self.name, t.__name__ if t else None, v, tb is not None)
        return self.swallow

with CM("a") as a:
    print("body", a)
with CM("a") as a, CM("b") as b:
    print(a, b)
with (CM("x") as x, CM("y"),):
    print("paren", x)
try:
    with CM("a"):
        raise ValueError("oops")
except ValueError as e:
    print("propagated", e)
with CM("s", True):
    raise ValueError("swallowed")
print("after")
with CM("outer", True), CM("inner"):
    raise KeyError("k")

def f():
    with CM("ret"):
        return "value"

print(f())

def g():
    for i in range(3):
        with CM(i):
            if i == 0:
                continue
            if i == 1:
                break
    return i

print(g())

class BadEnter:
    def __exit__(self, *a):
        pass

class BadExit:
    def __enter__(self):
        pass

for c in (BadEnter, BadExit, int):
    try:
        with c():
            print("no")
    except TypeError as e:
        print(type(e).__name__, e)

class RaisingEnter:
    def __enter__(self):
        raise RuntimeError("enter failed")
    def __exit__(self, *a):
        print("never")

try:
    with RaisingEnter():
        pass
except RuntimeError as e:
    print(e)

class RaisingExit:
    def __enter__(self):
        return self
    def __exit__(self, *a):
        raise RuntimeError("exit failed")

try:
    with RaisingExit():
        raise ValueError("body")
except RuntimeError as e:
    print(e, repr(e.__context__))
try:
    with RaisingExit():
        pass
except RuntimeError as e:
    print(e, repr(e.__context__))
d = {}
with CM("t") as d["k"]:
    pass
print(d)

class Multi:
    def __enter__(self):
        return 1, (2, 3)
    def __exit__(self, *a):
        return False

with Multi() as (p, (q, r)):
    print(p, q, r)

def gen():
    with CM("gen"):
        yield 1
        yield 2

g = gen()
print(next(g))
g.close()
for v in gen():
    print(v)
try:
    with CM("first"), RaisingEnter():
        print("never")
except RuntimeError as e:
    print(e)

class Inst:
    pass

i = Inst()
i.__enter__ = lambda: 1
i.__exit__ = lambda *a: None
try:
    with i:
        pass
except TypeError as e:
    print(e)
