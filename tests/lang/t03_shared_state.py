import threading
def run(n, f, *a):
    ts = [threading.Thread(target=f, args=(i, *a)) for i in range(n)]
    for t in ts: t.start()
    for t in ts: t.join()
class Counter:
    def __init__(self): self.n = 0; self.lock = threading.Lock()
    def inc(self):
        with self.lock: self.n += 1
c = Counter()
run(4, lambda i: [c.inc() for _ in range(300)])
print(c.n)
d = {}
run(4, lambda i: [d.__setitem__(i * 1000 + k, k) for k in range(300)])
print(len(d), sum(d.values()))
s = set()
run(4, lambda i: [s.add((i, k)) for k in range(200)])
print(len(s))
lst = []
run(4, lambda i: [lst.append(i) for _ in range(300)])
print(len(lst), [lst.count(i) for i in range(4)])
popped = [[] for _ in range(4)]
def pop_all(i):
    while True:
        try: popped[i].append(lst.pop())
        except IndexError: return
run(4, pop_all)
print(sum(map(len, popped)), lst)
first = {}
marks = [object() for _ in range(4)]
seen = [[] for _ in range(4)]
def setdef(i):
    for k in range(100): seen[i].append(first.setdefault(k, marks[i]))
run(4, setdef)
print(all(seen[0][k] is seen[i][k] is first[k] for k in range(100) for i in range(4)))
class Obj: pass
o = Obj()
def attrs(i):
    for k in range(100):
        setattr(o, "a%d_%d" % (i, k), k)
run(4, attrs)
print(len(vars(o)), sum(vars(o).values()))
it = iter(range(1000))
got = [[] for _ in range(4)]
lock = threading.Lock()
def pull(i):
    while True:
        with lock:
            v = next(it, None)
        if v is None: return
        got[i].append(v)
run(4, pull)
print(sorted(v for g in got for v in g) == list(range(1000)))
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
res = [None] * 4
def calc(i): res[i] = fib(12 + i)
run(4, calc)
print(res)
errors = []
def fail(i):
    try:
        try: [][i]
        finally: errors.append(i)
    except IndexError as e: errors.append(str(e))
run(4, fail)
print(sorted(map(str, errors)))
strs = [""] * 4
def build(i):
    for k in range(200): strs[i] += str(k % 10)
run(4, build)
print(len(set(strs)), len(strs[0]))
shared = {"n": 0}
cond = threading.Condition()
def ordered(i):
    for r in range(5):
        with cond:
            cond.wait_for(lambda: shared["n"] % 4 == i)
            log.append(i); shared["n"] += 1; cond.notify_all()
log = []
run(4, ordered)
print(log == [0, 1, 2, 3] * 5)
gens = []
def g():
    for i in range(100): yield i
gg = g(); total = []
def share(i):
    while True:
        try:
            with lock: total.append(next(gg))
        except StopIteration: return
run(3, share)
print(sorted(total) == list(range(100)))
big = [list(range(i, i + 50)) for i in range(50)]
outs = [None] * 4
def sort(i): outs[i] = sorted((x for r in big for x in r), key=lambda v: -v)[:5]
run(4, sort)
print(outs[0], all(x == outs[0] for x in outs))
import itertools
cnt = itertools.count()
nums = [[] for _ in range(4)]
def counting(i):
    for _ in range(200): nums[i].append(next(cnt))
run(4, counting)
print(len(set(itertools.chain(*nums))))
class Lazy:
    made = []
    lk = threading.Lock(); inst = None
    @classmethod
    def get(cls):
        if cls.inst is None:
            with cls.lk:
                if cls.inst is None: cls.inst = cls(); cls.made.append(1)
        return cls.inst
run(4, lambda i: Lazy.get())
print(len(Lazy.made))
nested = []
def spawn(i):
    t = threading.Thread(target=lambda: nested.append(i)); t.start(); t.join()
run(4, spawn)
print(sorted(nested))
