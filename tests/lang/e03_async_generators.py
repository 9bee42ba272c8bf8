def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

def run(c):
    try:
        while True: c.send(None)
    except StopIteration as e:
        return e.value
class Sleep:
    def __await__(self): yield "tick"; return "tock"
async def ag():
    try:
        x = yield 1
        print("x", x)
        await Sleep()
        y = yield 2
        print("y", y)
    except ValueError as e:
        print("caught", e)
        yield "recovered"
    finally:
        await Sleep()
        print("finally")
async def t1():
    a = ag()
    print(await a.asend(None), await a.asend("one"))
    try: await a.asend("two")
    except StopAsyncIteration as e: print("end", e.args)
    b = ag(); await b.__anext__()
    print(await b.athrow(ValueError("v")))
    await b.aclose()
    c = ag(); await c.__anext__(); await c.aclose()
    try: await c.__anext__()
    except StopAsyncIteration: print("closed")
    d = ag(); await d.aclose(); print("closed unstarted")
    e = ag()
    try: await e.asend("not none")
    except TypeError as x: print(x)
    await e.aclose()
run(t1())
async def ignores():
    try: yield 1
    except GeneratorExit: yield 2
async def t2():
    a = ignores(); await a.__anext__()
    try: await a.aclose()
    except RuntimeError as e: print(e)
run(t2())
async def raises_stop():
    yield 1
    raise StopAsyncIteration
async def raises_stop2():
    yield 1
    raise StopIteration
async def t3():
    for f in (raises_stop, raises_stop2):
        try: print([x async for x in f()])
        except RuntimeError as e: print(e)
run(t3())
async def fib():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b
async def take(n, it):
    i = 0
    async for x in it:
        if i >= n: return
        yield x
        i += 1
async def t4():
    print([x async for x in take(10, fib())])
    print({x % 3 async for x in take(10, fib())} == {0, 1, 2})
    print({x: y async for x, y in pairs()}, [x async for x in take(5, fib()) if x % 2])
    print([[y async for y in take(x, fib())] async for x in take(4, fib())])
    print(sum([x async for x in take(5, fib())]), [x for x in [1, 2] if await tr(x)])
async def pairs():
    yield 1, 2
    yield 3, 4
async def tr(x): return x > 1
run(t4())
async def t5():
    a = ag()
    s = a.asend(None)
    print(await s)
    try: await s
    except RuntimeError as e: print(e)
    t = a.athrow(KeyError("k"))
    try: await t
    except KeyError as e: print("k", e)
run(t5())
async def t6():
    it = aiter(take(2, fib()))
    print(await anext(it), await anext(it), await anext(it, "dflt"))
    try: await anext(it)
    except StopAsyncIteration: print("sai")
    try: aiter(5)
    except TypeError as e: print(e)
    try: anext(5)
    except TypeError as e: print(e)
run(t6())
async def t7():
    async def inner():
        for i in range(3):
            await Sleep()
            yield i
    total = 0
    async for v in inner():
        if v == 1: continue
        total += v
    else: print("else", total)
    async for v in inner():
        break
    print("broke", v)
run(t7())
print(hasattr(ag(), "asend"), type(ag()).__name__)
import contextlib
@contextlib.asynccontextmanager
async def acm(n):
    print("enter", n); await Sleep()
    try: yield n * 2
    finally: print("exit", n)
async def t8():
    async with acm(1) as a, acm(2) as b:
        print(a, b)
    try:
        async with acm(3): raise KeyError("in acm")
    except KeyError as e: print("out", e)
    async with contextlib.AsyncExitStack() as st:
        print(await st.enter_async_context(acm(5)))
        st.push_async_callback(tr, 5)
run(t8())
