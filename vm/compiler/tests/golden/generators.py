def f(xs):
    got = yield 1
    result = yield from xs
    return got, result
async def g(xs):
    async for x in xs:
        await x
    return [y async for y in xs]
