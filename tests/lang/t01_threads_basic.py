def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

import threading, time
out = []
t = threading.Thread(target=lambda a, b=0: out.append((a, b)), args=(1,), kwargs={"b": 2})
print(t.is_alive(), t.ident is None)
t.start()
t.join()
print(out, t.is_alive(), t.ident is not None)
err(t.start)
err(lambda: threading.Thread(target=print).join())
err(lambda: threading.current_thread().join())
lock = threading.Lock()
n = [0]
def work():
    for _ in range(500):
        with lock: n[0] += 1
ts = [threading.Thread(target=work) for _ in range(4)]
[t.start() for t in ts]
[t.join() for t in ts]
print(n)
class T(threading.Thread):
    def __init__(self, v): super().__init__(name="T-%d" % v, daemon=True); self.v = v; self.r = None
    def run(self): self.r = self.v * 2, threading.current_thread().name, threading.current_thread() is self
ts = [T(i) for i in range(3)]
[t.start() for t in ts]
[t.join() for t in ts]
print([t.r for t in ts], ts[0].daemon)
print(lock.acquire(), lock.locked(), lock.acquire(False), lock.acquire(timeout=0.01))
lock.release()
print(lock.locked())
err(lock.release)
err(lambda: lock.acquire(False, 1))
err(lambda: lock.acquire(timeout=-2))
r = threading.RLock()
print(r.acquire(), r.acquire(), r.release(), r.release())
err(r.release)
e = threading.Event()
print(e.is_set(), e.wait(0.01))
w = threading.Thread(target=lambda: out.append(e.wait(5)))
w.start()
e.set()
w.join()
print(out[-1], e.is_set(), e.wait())
e.clear()
print(e.is_set())
c = threading.Condition()
items = []
def consumer():
    with c:
        while not items: c.wait()
        out.append(items.pop())
w = threading.Thread(target=consumer)
w.start()
with c: items.append("item"); c.notify()
w.join()
print(out[-1])
err(c.notify)
err(c.wait)
with c: print(c.wait(0.01), c.wait_for(lambda: True), c.wait_for(lambda: False, 0.01))
s = threading.Semaphore(2)
print(s.acquire(), s.acquire(), s.acquire(False))
s.release(2)
print(s.acquire(False))
b = threading.BoundedSemaphore(1)
err(b.release)
err(lambda: threading.Semaphore(-1))
bar = threading.Barrier(3, action=lambda: out.append("action"))
got = []
ts = [threading.Thread(target=lambda: got.append(bar.wait())) for _ in range(3)]
[t.start() for t in ts]
[t.join() for t in ts]
print(sorted(got), out[-1], bar.parties, bar.n_waiting, bar.broken)
bar.abort()
err(bar.wait)
bar.reset()
err(lambda: bar.wait(0.01))
print(bar.broken)
loc = threading.local()
loc.x = "main"
def see(): out.append(hasattr(loc, "x")); loc.x = "other"
w = threading.Thread(target=see)
w.start()
w.join()
print(out[-1], loc.x)
class L(threading.local):
    def __init__(self, v): self.v = v
l2 = L(5)
l2.v = 6
w = threading.Thread(target=lambda: out.append(l2.v))
w.start()
w.join()
print(out[-1], l2.v)
tm = threading.Timer(0.01, lambda: out.append("timer"))
tm.start()
tm.join()
print(out[-1])
tm = threading.Timer(10, print)
tm.start()
tm.cancel()
tm.join()
print("cancelled")
print(threading.main_thread() is not None, threading.current_thread().is_alive())
print(threading.get_ident() == threading.current_thread().ident)
print(isinstance(threading.get_native_id(), int))
err(lambda: threading.Thread(5))
err(lambda: threading.Thread(target=1, daemon=True, foo=1))
t = threading.Thread(target=print, name="nm")
print(t.name)
t.name = "other"
print(t.getName() if False else t.name, t.daemon)
t.daemon = True
print(t.daemon)
res = {}
def put(k):
    for i in range(200): res[(k, i)] = i
ts = [threading.Thread(target=put, args=(k,)) for k in range(4)]
[t.start() for t in ts]
[t.join() for t in ts]
print(len(res), sum(res.values()))
lst = []
ts = [threading.Thread(target=lambda: [lst.append(i) for i in range(500)]) for _ in range(4)]
[t.start() for t in ts]
[t.join() for t in ts]
print(len(lst), sum(lst))
import _thread
done = _thread.allocate_lock()
done.acquire()
_thread.start_new_thread(lambda a: (out.append(a), done.release()), ("raw",))
done.acquire()
print(out[-1])
err(lambda: _thread.start_new_thread(5, ()))
err(lambda: _thread.start_new_thread(print, 5))
print(threading.TIMEOUT_MAX > 1000, type(lock).__name__, type(threading.RLock()).__name__)
