# single-threaded: counts what the collector finds
def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

import gc, weakref
gc.collect()
class N:
    def __init__(self, name): self.name = name; self.other = None
class F(N):
    def __del__(self): print("del", self.name)
a, b = F("a"), F("b")
a.other, b.other = b, a
ra = weakref.ref(a)
del a, b
print(ra() is not None)
print(gc.collect() > 0)
print(ra())
l = []
l.append(l)
del l
print(gc.collect() >= 1)
d = {}
d["d"] = d
del d
print(gc.collect() >= 1)
print(gc.isenabled())
gc.disable()
print(gc.isenabled())
gc.enable()
class R:
    saved = None
    def __init__(self): self.me = self; self.n = 0
    def __del__(self): self.n += 1; R.saved = self
r = R()
w = weakref.ref(r)
del r
gc.collect()
print(R.saved.n, w())
s = R.saved
R.saved = None
del s
gc.collect()
print(R.saved)
c = N("c")
c.me = c
c.f = lambda: c
wc = weakref.ref(c)
del c
gc.collect()
print(wc())
def gen():
    me = yield
    yield me
g = gen()
next(g)
g.send(g)
wg = weakref.ref(g)
del g
gc.collect()
print(wg())
class T: pass
def mk():
    class C:
        def m(self): return C
    return weakref.ref(C)
wt = mk()
gc.collect()
print(wt())
t = T()
t.t = (t, [t], {t})
wt = weakref.ref(t)
del t
gc.collect()
print(wt())
chain = F("chain0")
cur = chain
for i in range(5):
    nxt = N(str(i)); cur.other = nxt; cur = nxt
cur.other = chain
del chain, cur, nxt
gc.collect()
try:
    raise ValueError("tb")
except ValueError as e:
    keep = e; wk = T(); keep.self = keep; keep.w = wk; wkr = weakref.ref(wk); del wk
del keep
gc.collect()
print(wkr())
print(gc.is_tracked([]), gc.is_tracked(1), gc.is_tracked("a"))
print(gc.get_threshold() != (), len(gc.get_count()), len(gc.get_stats()) >= 1, gc.get_debug())
x = N("x")
y = [x]
print(y in gc.get_referrers(x), x in gc.get_referents(y))
cb = []
gc.callbacks.append(lambda phase, info: cb.append(phase))
gc.collect()
gc.callbacks.pop()
print(cb)
err(lambda: gc.collect(5))
err(lambda: gc.collect(-1))
err(lambda: gc.set_threshold("a"))
print(gc.collect(0) >= 0, gc.garbage, gc.freeze(), gc.get_freeze_count() >= 0, gc.unfreeze())
ws = []
for i in range(2000):
    p, q = N(i), N(i); p.other, q.other = q, p; ws.append(weakref.ref(p))
del p, q
gc.collect()
print(sum(1 for w in ws if w() is not None))
class Order:
    log = []
    def __init__(self, n): self.n = n; self.c = self
    def __del__(self): Order.log.append(self.n)
o1, o2 = Order(1), Order(2)
del o1, o2
gc.collect()
print(sorted(Order.log))
cbs = []
z = N("z")
z.z = z
zr = weakref.ref(z, lambda r: cbs.append(r()))
del z
gc.collect()
print(cbs)
z = N("z")
z.r = weakref.ref(z, lambda r: cbs.append("inside"))
z.z = z
del z
gc.collect()
print(cbs)
class Bad:
    def __init__(self): self.c = self
    def __del__(self): self.attr.missing
import sys
old = sys.unraisablehook
sys.unraisablehook = lambda u: print("unraisable", type(u.exc_value).__name__)
Bad()
gc.collect()
sys.unraisablehook = old
