def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

class D:
    def __init__(self, n): self.n = n
    def __del__(self): print("del", self.n)
x = D("a"); del x; print("after a")
x = D("b"); x = None; print("after b")
x = D("c"); x = D("d"); print("rebound"); x = None
D("temp"); print("after temp")
def f():
    y = D("local")
    print("in f")
f(); print("after f")
def g(): return D("ret")
g(); print("after g")
z = g(); print("bound"); del z
l = [D(1), D(2), D(3)]
del l[1]; print("removed 2"); l.pop(); print("popped"); l.clear(); print("cleared")
d = {"k": D("v")}
d["k"] = None; print("replaced")
d = {D("key").n: D("val")}; del d["key"]; print("deleted")
t = (D("t1"), D("t2")); del t; print("tuple gone")
s = {D("s")}; s.pop(); print("set popped")
def args(a): pass
args(D("arg")); print("after call")
class H:
    pass
h = H(); h.d = D("attr"); del h.d; print("attr gone")
h.d = D("attr2"); h.d = 5; print("attr replaced")
h.d = D("attr3"); del h; print("holder gone")
def exc():
    try:
        e = D("exc local"); raise ValueError
    except ValueError:
        pass
    print("handler done")
exc(); print("exc left")
def gen():
    q = D("gen local"); yield 1
gg = gen(); next(gg); del gg; print("gen gone")
gg = gen(); list(gg); print("gen exhausted")
for i in [D("loop1"), D("loop2")]:
    print("iter", i.n)
del i; print("loop done")
[D("comp") for _ in range(2)]; print("comp done")
(lambda v: None)(D("lam")); print("lam done")
a = D("alias"); b = a; del a; print("still"); del b; print("gone")
def closure():
    c = D("cell")
    def inner(): return c
    return inner
k = closure(); print("have closure"); del k; print("closure gone")
class Res:
    def __init__(self): self.kids = [D("kid1"), D("kid2")]
    def __del__(self): print("res del", len(self.kids))
r = Res(); del r; print("res gone")
class Resurrect:
    saved = []
    def __del__(self): print("resurrecting"); Resurrect.saved.append(self)
r = Resurrect(); del r; print(len(Resurrect.saved)); Resurrect.saved.clear(); print("second time silent")
x = D("swap1"); y = D("swap2"); x, y = y, x; del x; print("one left"); del y
D("chain").n; print("after attr")
print(D("printed").n)
w = [D("slice%d" % i) for i in range(4)]; del w[::2]; print("sliced"); w[:] = []; print("assigned")
m = map(lambda v: v, [D("mapped")]); next(m); print("map next done"); del m
def unwind():
    u = D("unwind")
    raise KeyError("k")
try: unwind()
except KeyError: print("caught")
print("after unwind")
def cond(v): return D("then") if v else D("else")
cond(True); cond(False)
D("and") and None; D("or") or None; not D("not")
D("cmp") == 1; print("after cmp")
v = D("aug"); v = v.n; print(v)
def default(p=D("default")): pass
del default; print("function gone")
class K2:
    c = D("class attr")
K2.c = None; print("class attr gone")
import sys
class Boom:
    def __del__(self): raise ValueError("ignored")
class CM:
    def __enter__(self): return D("ctx")
    def __exit__(self, *a): print("exit")
with CM() as c: pass
del c; print("done")
def star(*a, **k): print(len(a), len(k))
star(D("s1"), k=D("s2")); print("after star")
f"{D('fmt').n}"; print("after fmt")
a = b = D("multi"); a = 1; print("still b"); b = 1
