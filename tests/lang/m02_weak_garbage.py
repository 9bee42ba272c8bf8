# single-threaded: counts what the collector finds
# Weak references that die together with what they refer to: no callback, nothing is released twice.
import gc, weakref
class Node:
    def __init__(self, n): self.n = n
    def __repr__(self): return "Node(%d)" % self.n
called = []
def cycle(n):
    a, b = Node(n), Node(n + 1)
    a.other, b.other = b, a
    return a
for i in range(50):
    a = cycle(i)
    held = [i]
    a.ref = weakref.ref(a, lambda r, held=held: called.append(held))      # dies with its referent
    a.refs = [weakref.ref(a.other, lambda r, x=Node(i): called.append(x)) for _ in range(3)]
    a.proxy = weakref.proxy(a.other, lambda r: called.append("proxy"))
del a, held
gc.collect()
print(called)
outside = []
for i in range(5):
    a = cycle(i)
    outside.append(weakref.ref(a, lambda r, i=i: called.append(i)))       # lives on
    a.ref = weakref.ref(a, lambda r: called.append("never"))
del a
gc.collect()
print(sorted(called), [r() for r in outside])
del called[:]
class Fin(Node):
    def __del__(self):
        called.append((self.n, self.ref() is None, self.callback_held.n))
for i in range(3):
    a = Fin(i)
    a.me = a
    a.callback_held = Node(i * 10)
    a.ref = weakref.ref(a, lambda r, x=a.callback_held: called.append("cb"))
del a
gc.collect()
print(sorted(called))
d = weakref.WeakValueDictionary()
k = weakref.WeakKeyDictionary()
s = weakref.WeakSet()
for i in range(20):
    a = cycle(i)
    d[i] = a; k[a] = a.other; s.add(a.other)
    a.d, a.k, a.s = d, k, s
del a
gc.collect()
print(len(d), len(k), len(s))
def local_tables():
    d = weakref.WeakValueDictionary()
    k = weakref.WeakKeyDictionary()
    for i in range(20):
        a = cycle(i)
        d[i] = a; k[a] = d
        a.d, a.k = d, k
local_tables()
gc.collect()
class T(type): pass
def types():
    for i in range(10):
        C = T("C", (), {})
        C.r = weakref.ref(C, lambda r, c=[i]: called.append(c))
        C.self = C
types()
gc.collect()
print("done", len(T.__subclasses__(T)))
