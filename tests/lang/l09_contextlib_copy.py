def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

import contextlib, copy
from contextlib import *
@contextmanager
def cm(n, swallow=False):
    print("enter", n)
    try: yield n * 2
    except ValueError as e:
        print("caught", e)
        if not swallow: raise
    finally: print("exit", n)
with cm(1) as v: print(v)
with cm(2, True): raise ValueError("x")
def f():
    with cm(3): raise ValueError("y")
err(f)
@cm(4)
def deco(a): return a + 1
print(deco(5))
@contextmanager
def noyield():
    if False: yield
err(lambda: noyield().__enter__())
@contextmanager
def two(): yield 1; yield 2
def t():
    with two(): pass
err(t)
with suppress(KeyError, IndexError): {}[1]
print("suppressed")
def s():
    with suppress(KeyError): raise TypeError("t")
err(s)
class Cl:
    def close(self): print("closed")
with closing(Cl()) as c: print(type(c).__name__)
with nullcontext(5) as n: print(n)
with ExitStack() as st:
    print(st.enter_context(cm("a")), st.enter_context(cm("b")))
    st.callback(print, "callback", end="!\n"); st.push(lambda *e: print("push", e[0]))
    saved = st.pop_all()
print("popped")
saved.close()
def es():
    with ExitStack() as st:
        st.push(lambda *e: print("outer", e[0] and e[0].__name__) or True)
        st.callback(lambda: 1 / 0)
        raise KeyError("k")
    return "swallowed"
err(es)
err(lambda: ExitStack().enter_context(5))
class D(ContextDecorator):
    def __enter__(self): print("D in"); return self
    def __exit__(self, *a): print("D out")
@D()
def g(): print("in g")
g()
class A(AbstractContextManager):
    def __exit__(self, *a): pass
with A() as a: print(type(a).__name__)
err(lambda: AbstractContextManager())
l = [1, [2, 3], {"a": [4]}]
s1, d1 = copy.copy(l), copy.deepcopy(l)
l[1].append(9)
l[2]["a"].append(8)
print(s1, d1, s1[1] is l[1], d1[1] is l[1])
class N:
    def __init__(self): self.v = [1]; self.me = self
n = N()
m = copy.copy(n)
k = copy.deepcopy(n)
print(m.v is n.v, k.v is n.v, k.me is k, m.me is n)
class C:
    def __copy__(self): return "copied"
    def __deepcopy__(self, memo): return "deep"
print(copy.copy(C()), copy.deepcopy(C()), copy.deepcopy([C()]))
r = []
r.append(r)
q = copy.deepcopy(r)
print(q[0] is q)
t = (1, [2])
print(copy.copy(t) is t, copy.deepcopy(t) is t, copy.deepcopy((1, 2)) == (1, 2), copy.copy("s"))
print(copy.deepcopy({1: {2}}), copy.copy(frozenset([1])), copy.copy(print) is print, copy.deepcopy(C) is C)
class Sl:
    __slots__ = ("a", "b")
x = Sl()
x.a = [1]
y = copy.deepcopy(x)
print(y.a, y.a is x.a, hasattr(y, "b"))
class Red:
    def __reduce__(self): return (list, ((1, 2),))
print(copy.copy(Red()))
import threading
err(lambda: copy.copy(threading.Lock()))
print(copy.copy(range(3)), copy.copy(slice(1, 2)), copy.deepcopy(bytearray(b"x")), copy.copy(...))
print(copy.deepcopy(None))
err(lambda: copy.deepcopy((i for i in [])))
class Rp:
    def __init__(self, a): self.a = a
    def __replace__(self, **k): return Rp(k["a"])
print(copy.replace(Rp(1), a=5).a)
err(lambda: copy.replace(5, a=1))
class St:
    def __getstate__(self): return {"z": 1}
    def __setstate__(self, s): self.got = s
print(copy.copy(St()).got)
class_dict = type("DS", (dict,), {})
ds = class_dict(a=[1])
ds.x = 5
e = copy.deepcopy(ds)
print(e, e.x, type(e).__name__)
shared = [1]
sh = copy.deepcopy([shared, shared])
print(sh[0] is sh[1])
import io
buf = io.StringIO()
