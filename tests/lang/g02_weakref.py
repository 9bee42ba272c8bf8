# single-threaded: gc.collect() does nothing while another thread collects
def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

import weakref, gc
class A:
    def __init__(self, n=0): self.n = n
    def m(self): return self.n
    def __repr__(self): return "A(%s)" % self.n
a = A(1)
r = weakref.ref(a, lambda ref: print("callback", ref() is None))
r2 = weakref.ref(a)
print(r() is a, r2() is a, weakref.getweakrefcount(a), r2 is weakref.ref(a), r is r2, r == r2)
print(hash(r2) == hash(a))
del a
print(r(), r2())
err(lambda: weakref.ref(5))
err(lambda: weakref.ref("s"))
err(lambda: weakref.ref([]))
err(lambda: weakref.ref(()))
for ok in (lambda: 0, A, set(), type, (i for i in [])):
    print(type(ok).__name__, weakref.ref(ok)() is ok)
a = A(2)
p = weakref.proxy(a)
print(p.n, p.m(), p, type(p).__name__)
p.x = 5
print(a.x)
del a
err(lambda: p.n)
d = weakref.WeakValueDictionary()
k = A(3)
d["k"] = k
d["tmp"] = A(4)
print(dict(d), len(d), "k" in d, d.get("tmp"))
del k
print(len(d), list(d))
kd = weakref.WeakKeyDictionary()
k = A(5)
kd[k] = "v"
print(kd[k], len(kd))
del k
print(len(kd))
s = weakref.WeakSet()
x, y = A(6), A(7)
s.add(x)
s.add(y)
print(len(s), x in s, sorted(i.n for i in s))
del x
print(len(s))
f = weakref.finalize(y, print, "finalized", 1, kw := "x") if False else weakref.finalize(y, print, "finalized", 1)
print(f.alive)
del y
print(f.alive, f())
y = A(8)
f = weakref.finalize(y, lambda: "manual")
print(f(), f.alive, f())
y2 = A(9)
f = weakref.finalize(y2, print, "never")
print(f.detach()[0] is y2, f.alive)
del y2
wm = weakref.WeakMethod(y.m)
print(wm()(), weakref.ref(y.m)())
del y
print(wm())
order = []
o = A(10)
rs = [weakref.ref(o, lambda r, i=i: order.append(i)) for i in range(3)]
del o
print(order)
o = A(11)
rr = weakref.ref(o, lambda r: order.append("never"))
del rr
del o
print(order)
class Slot:
    __slots__ = ("a",)
class SlotW:
    __slots__ = ("a", "__weakref__")
err(lambda: weakref.ref(Slot()))
sw = SlotW()
print(weakref.ref(sw)() is sw)
class Sub(weakref.ref):
    def __init__(self, o, cb=None, tag=None): super().__init__(o, cb); self.tag = tag
    def __new__(cls, o, cb=None, tag=None): return super().__new__(cls, o, cb)
o = A(12)
sr = Sub(o, tag="t")
print(sr() is o, sr.tag, sr is weakref.ref(o))
class Node:
    def __init__(self): self.me = self
n = Node()
wr = weakref.ref(n, lambda r: print("cycle callback"))
del n
print(wr() is not None)
gc.collect()
print(wr())
class EqA:
    def __init__(self, v): self.v = v
    def __eq__(self, o): return self.v == o.v
    def __hash__(self): return hash(self.v)
e1, e2 = EqA(1), EqA(1)
w1, w2 = weakref.ref(e1), weakref.ref(e2)
print(w1 == w2, hash(w1) == hash(w2))
del e1
print(w1 == w2, hash(w1) == hash(1), w1 == w1)
e3 = EqA(2)
w3 = weakref.ref(e3)
del e3
err(lambda: hash(w3))
print(weakref.getweakrefs(e2) == [w2], weakref.ReferenceType is weakref.ref)
o = A(13)
def cb(r): raise ValueError("ignored")
print(bool(weakref.proxy(o)), weakref.proxy(o) == o, str(weakref.proxy(o)), isinstance(weakref.proxy(o), A))
class L(list): pass
l = L([1, 2])
lp = weakref.proxy(l)
print(len(lp), lp[0], 2 in lp, lp + [3], list(lp))
lp.append(5)
print(l)
class Call:
    def __call__(self, x): return x + 1
c = Call()
cp = weakref.proxy(c)
print(cp(1), type(cp).__name__)
dd = weakref.WeakValueDictionary(a=c)
print(dd.setdefault("a", None) is c, dd.pop("a") is c, len(dd))
err(lambda: dd["a"])
err(lambda: dd.popitem())
