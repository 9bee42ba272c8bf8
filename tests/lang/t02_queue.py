def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

import queue, threading
q = queue.Queue()
q.put(1)
q.put(2)
print(q.qsize(), q.empty(), q.full(), q.get(), q.get(), q.empty())
err(q.get_nowait)
err(lambda: q.get(timeout=0.01))
err(lambda: q.get(timeout=-1))
b = queue.Queue(1)
b.put("a")
print(b.full())
err(lambda: b.put_nowait("b"))
err(lambda: b.put("b", timeout=0.01))
l = queue.LifoQueue()
[l.put(i) for i in range(3)]
print([l.get() for _ in range(3)])
p = queue.PriorityQueue()
[p.put(x) for x in [(3, "c"), (1, "a"), (2, "b")]]
print([p.get() for _ in range(3)])
s = queue.SimpleQueue()
s.put(1)
print(s.qsize(), s.get(), s.empty())
err(s.get_nowait)
err(lambda: s.get(timeout=0.01))
err(q.task_done)
def worker():
    while True:
        item = work.get()
        if item is None: break
        with lock: results.append(item * item)
        work.task_done()
work = queue.Queue()
results = []
lock = threading.Lock()
ts = [threading.Thread(target=worker) for _ in range(3)]
[t.start() for t in ts]
for i in range(50): work.put(i)
work.join()
print(sorted(results) == [i * i for i in range(50)])
for _ in ts: work.put(None)
[t.join() for t in ts]
q = queue.Queue()
q.put(1)
q.put(2)
q.shutdown()
print(q.get(), q.get())
err(q.get)
err(lambda: q.put(1))
q = queue.Queue()
q.put(1)
q.shutdown(immediate=True)
err(q.get)
print(issubclass(queue.Empty, Exception), queue.Empty.__name__, queue.ShutDown.__name__)
bounded = queue.Queue(2)
order = []
def prod():
    for i in range(20): bounded.put(i)
    bounded.put(None)
t = threading.Thread(target=prod)
t.start()
while (x := bounded.get()) is not None: order.append(x)
t.join()
print(order)
from concurrent.futures import ThreadPoolExecutor, as_completed, wait, Future, TimeoutError, FIRST_COMPLETED, CancelledError
with ThreadPoolExecutor(3) as ex:
    print(list(ex.map(lambda x: x * x, range(10))), ex.submit(pow, 2, 10).result())
    fs = [ex.submit(lambda v: v + 1, i) for i in range(5)]
    print(sorted(f.result() for f in as_completed(fs)), all(f.done() for f in fs))
    f = ex.submit(lambda: 1 / 0); err(f.result); print(type(f.exception()).__name__)
    done, pend = wait(fs); print(len(done), len(pend))
    print(list(ex.map(divmod, [7, 8], [2, 3])))
    it = ex.map(lambda x: 1 / x, [1, 0, 2]); print(next(it)); err(lambda: next(it))
err(lambda: ex.submit(print))
err(lambda: ThreadPoolExecutor(0))
f = Future()
print(f.done(), f.running(), f.cancelled())
err(lambda: f.result(timeout=0.01))
cb = []
f.add_done_callback(lambda x: cb.append(x.result()))
f.set_result(5)
print(f.result(), cb, f.done())
f = Future()
print(f.cancel(), f.cancelled())
err(f.result)
f = Future()
f.set_exception(KeyError("k"))
err(f.result)
ev = threading.Event()
with ThreadPoolExecutor(1, thread_name_prefix="pool", initializer=lambda: cb.append("init")) as ex:
    f1 = ex.submit(ev.wait, 5); f2 = ex.submit(print, "never"); print(f2.cancel()); ev.set(); print(f1.result()); print(ex.submit(lambda: threading.current_thread().name).result())
print(cb)
