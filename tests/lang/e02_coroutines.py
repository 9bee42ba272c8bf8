def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

class Aw:
    def __init__(self, v): self.v = v
    def __await__(self):
        got = yield self.v
        return got
async def co(a, b):
    x = await Aw(a)
    print("x", x)
    y = await Aw(b)
    return x, y
c = co(1, 2)
print(c.send(None), c.send("A"))
try: c.send("B")
except StopIteration as e: print(e.value)
err(lambda: c.send(None))
async def outer():
    r = await co("p", "q")
    return ["outer", r]
def drive(c, *vals):
    out = []
    try:
        out.append(c.send(None))
        for v in vals: out.append(c.send(v))
    except StopIteration as e:
        return out, e.value
    return out
print(drive(outer(), 10, 20))
print(type(co(1, 2).close()).__name__)
k = co(1, 2)
print(type(k).__name__, k.cr_frame is not None, k.cr_running, k.cr_await, k.cr_code.co_name)
k.close()
async def catches():
    try:
        await Aw("wait")
    except ValueError as e:
        return "caught " + str(e)
    finally:
        print("cleanup")
c = catches()
c.send(None)
try: c.throw(ValueError("boom"))
except StopIteration as e: print(e.value)
c = catches()
c.send(None)
c.close()
async def bad_await(): await 5
err(lambda: bad_await().send(None))
class BadAw:
    def __await__(self): return 5
async def bad2(): await BadAw()
err(lambda: bad2().send(None))
class BadAw2:
    def __await__(self): return co(1, 2)

catches_obj = catches()
err(lambda: iter(catches_obj))
err(lambda: next(catches_obj))
catches_obj.close()
class ACM:
    async def __aenter__(self): print("aenter"); await Aw("in"); return "v"
    async def __aexit__(self, t, v, tb): print("aexit", t and t.__name__); await Aw("out"); return t is ValueError
async def w(fail=None):
    async with ACM() as v:
        print("body", v)
        if fail: raise fail
    return "after"
print(drive(w(), 1, 2), drive(w(ValueError("x")), 1, 2))
try: drive(w(KeyError("k")), 1, 2)
except KeyError as e: print("propagated", e)
class AI:
    def __init__(self, n): self.n = n
    def __aiter__(self): return self
    async def __anext__(self):
        if self.n == 0: raise StopAsyncIteration
        self.n -= 1
        return self.n
async def loop():
    out = []
    async for x in AI(3): out.append(x)
    else: out.append("else")
    out.append([x async for x in AI(3) if x])
    out.append({x: x async for x in AI(2)})
    out.append([await co2(x) for x in range(2)])
    return out
async def co2(x): return x * 10
print(drive(loop()))
async def agen(n):
    for i in range(n):
        got = yield i
        if got: print("agot", got)
async def use():
    out = [x async for x in agen(3)]
    a = agen(3)
    out.append(await a.__anext__())
    out.append(await a.asend("S"))
    try: await a.athrow(ValueError("t"))
    except ValueError as e: out.append(str(e))
    try: await a.__anext__()
    except StopAsyncIteration: out.append("stopped")
    b = agen(2); await anext(b); await b.aclose()
    out.append(await anext(b, "default"))
    return out
print(drive(use()))
async def agf():
    try:
        yield 1
        await Aw("mid")
        yield 2
    finally:
        print("agen fin")
async def use2():
    async for x in agf():
        print("x", x)
    return "ok"
print(drive(use2(), None))
def stop_in():
    async def f(): raise StopIteration("x")
    f().send(None)
err(stop_in)
async def bad_for():
    async for x in [1]: pass
err(lambda: bad_for().send(None))
async def bad_with():
    async with 5: pass
err(lambda: bad_with().send(None))
class NoAnext:
    def __aiter__(self): return 5
async def bad_iter():
    async for x in NoAnext(): pass
err(lambda: bad_iter().send(None))
a = agen(1)
print(type(a).__name__, hasattr(a, "__aiter__"), hasattr(a, "__iter__"), a.__aiter__() is a)
print(a.ag_frame is not None, a.ag_running)
import types
@types.coroutine
def legacy():
    x = yield "legacy"
    return x
async def use3(): return await legacy()
print(drive(use3(), "L"))
class Reuse:
    pass
async def once(): return 1
o = once()
print(drive(o))
async def twice(): await o
err(lambda: twice().send(None))
async def nested(n):
    if n == 0: return await Aw("bottom")
    return await nested(n - 1)
print(drive(nested(20), "up"))
async def gather_by_hand(*cs):
    return [await c for c in cs]
print(drive(gather_by_hand(co2(1), co2(2))))
async def comp(): return [y async for x in AI(2) for y in [x, await co2(x)]]
print(drive(comp()))
async def gexp():
    g = (x async for x in AI(3))
    return [v async for v in g]
print(drive(gexp()))
