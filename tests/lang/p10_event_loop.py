"""A small event loop on coroutines, with virtual time: no threads, no sleeping."""
import heapq, itertools
from collections import deque
class Loop:
    def __init__(self): self.now, self.ready, self.timers, self.tick, self.log = 0, deque(), [], itertools.count(), []
    def spawn(self, coro, name=None):
        t = Task(self, coro, name); self.ready.append((t, None, None)); return t
    def run(self):
        while self.ready or self.timers:
            if not self.ready:
                self.now, _, task = heapq.heappop(self.timers); self.ready.append((task, None, None))
            task, value, exc = self.ready.popleft(); task.step(value, exc)
class Task:
    def __init__(self, loop, coro, name): self.loop, self.coro, self.name, self.done, self.result, self.error, self.waiters = loop, coro, name, False, None, None, []
    def step(self, value, exc):
        if self.done: return
        try: op, arg = self.coro.throw(exc) if exc else self.coro.send(value)
        except StopIteration as e: self.finish(e.value, None)
        except Exception as e: self.finish(None, e)
        else:
            if op == "sleep": heapq.heappush(self.loop.timers, (self.loop.now + arg, next(self.loop.tick), self))
            elif op == "wait": arg.waiters.append(self) if not arg.done else self.loop.ready.append((self, arg.result, arg.error))
            elif op == "get": (self.loop.ready.append((self, arg.items.popleft(), None)) if arg.items else arg.getters.append(self))
    def finish(self, result, error):
        self.done, self.result, self.error = True, result, error
        for w in self.waiters: self.loop.ready.append((w, result, error))
    def __await__(self): return (yield "wait", self)
    def cancel(self): self.loop.ready.append((self, None, Cancelled("cancelled")))
class Cancelled(Exception): pass
class sleep:
    def __init__(self, n): self.n = n
    def __await__(self): yield "sleep", self.n
class Channel:
    def __init__(self, loop): self.loop, self.items, self.getters = loop, deque(), deque()
    def put(self, v): self.loop.ready.append((self.getters.popleft(), v, None)) if self.getters else self.items.append(v)
    async def get(self): return await Get(self)
class Get:
    def __init__(self, c): self.c = c
    def __await__(self): return (yield "get", self.c)
loop = Loop()
say = lambda *a: loop.log.append((loop.now, *a))
async def worker(name, delay, n):
    for i in range(n):
        await sleep(delay); say(name, i)
    return name.upper()
async def failing():
    await sleep(1); raise ValueError("task failed")
async def producer(ch):
    for i in range(3): await sleep(2); ch.put(i)
    ch.put(None)
async def consumer(ch):
    got = []
    while (v := await ch.get()) is not None: got.append(v); say("got", v)
    return got
async def stuck():
    try: await sleep(1000)
    except Cancelled: say("cancelled"); raise
    finally: say("cleanup")
class Timed:
    async def __aenter__(self): self.t = loop.now; await sleep(0); return self
    async def __aexit__(self, *e): say("took", loop.now - self.t, e[0] and e[0].__name__); return e[0] is ValueError
async def ticks(n):
    for i in range(n): await sleep(1); yield i
async def main():
    a, b = loop.spawn(worker("a", 3, 2)), loop.spawn(worker("b", 2, 3))
    print(await a, await b); ch = Channel(loop); c = loop.spawn(consumer(ch)); loop.spawn(producer(ch)); print(await c)
    try: await loop.spawn(failing())
    except ValueError as e: print("caught", e)
    s = loop.spawn(stuck()); await sleep(1); s.cancel()
    try: await s
    except Cancelled as e: print("saw", e)
    async with Timed(): await sleep(5)
    async with Timed(): raise ValueError
    print([t async for t in ticks(3)], sum([t async for t in ticks(4) if t % 2])); return "main done"
m = loop.spawn(main())
loop.run()
print(m.result, m.error, loop.now)
for entry in loop.log: print(*entry)
