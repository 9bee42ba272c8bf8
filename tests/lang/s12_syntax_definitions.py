"""SyntaxError texts and positions: definitions."""
SNIPPETS = [
    'def', 'def f', 'def f(', 'def f()', 'def f():', 'def f(a, a): pass', 'def f(a=1, b): pass',
    'def f(*): pass', 'def f(*, **k): pass', 'def f(**k, a): pass', 'def f(**k, *a): pass',
    'def f(*a, *b): pass', 'def f(a, /, b, /): pass', 'def f(/): pass', 'def f(*a, /): pass',
    'def f(a, *, /): pass', 'def f(1): pass', 'def f(a.b): pass', 'def f(None): pass', 'def f(a:): pass',
    'def f(a=): pass', 'class', 'class C', 'class C:', 'class C(', 'class 1: pass', 'async x', 'lambda = 1',
    'def = 1', 'class = 1', 'lambda x=1, y: 0', 'lambda *: 0', 'class C(x for x in y): pass',
    'def f():\n from a import *', 'def f():\n x = 1\n global x', 'def f(x):\n global x',
    'def f():\n print(x)\n global x', 'def f():\n nonlocal x', 'def f(x):\n nonlocal x',
    'def f():\n global x\n nonlocal x', 'class C:\n nonlocal x', 'def f():\n x: int\n global x', '@', '@a',
    '@a\nx = 1', '@a\n', 'def f():\n  x\n    y', 'class C:\n x = 1\n  y = 2', 'match x:\n pass', 'match x:',
    'match x:\n case', 'match x:\n case 1', 'match x:\n case 1:', 'match x:\n case a: pass\n case b: pass',
    'match x:\n case _: pass\n case 1: pass', 'match x:\n case a | b: pass',
    "match x:\n case {**a, 'b': 1}: pass", 'match x:\n case [*a, *b]: pass',
    'match x:\n case C(a=1, b): pass', 'match x:\n case C(a=1, a=2): pass',
    "match x:\n case {'a': 1, 'a': 2}: pass", 'match x:\n case [a, a]: pass', 'match x:\n case 1 + 1: pass',
    'match x:\n case -a: pass', 'match x:\n case a.b(): pass\n case f(): x', 'match x:\n case 1 as 2: pass',
    'match x:\n case a as _: pass', "match x:\n case f'a': pass", 'async def f():\n yield from x',
    'async def f():\n return 1\n yield', 'def f():\n await x', 'def f():\n async for x in y: pass',
    'def f():\n async with x: pass', '[x async for x in y]', 'def f():\n return [await x for x in y]',
    'async for x in y: pass', 'lambda: await x', 'class C:\n return 1', 'class C:\n yield 1',
    'def f(x=(yield)): pass', 'def f[T, T](): pass', 'def f[](): pass', 'class C[T=int, U]: pass', 'type X',
    'type X = ', 'type X[T] = (yield)', 'type 1 = 2', 'def f[*Ts=int, **P=x, T](): pass',
    'class C[T: (yield)]: pass', 'def f[__debug__](): pass', 'def f(__debug__): pass', 'def f() -> : pass',
    'def f() -> a pass', 'def f():\n"""x', 'def f(a, b):\n  pass\n return', 'class C:\nx', 'def f():\nx',
    '@a\nclass', 'async', 'async lambda: 1',
]


def check(source):
    try:
        compile(source, "<s>", "exec")
    except SyntaxError as e:
        return "%s: %s [%s:%s-%s:%s]" % (type(e).__name__, e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset)
    except Exception as e:
        return "%s: %s" % (type(e).__name__, e)
    return "compiles"


for snippet in SNIPPETS:
    print(ascii(snippet), "->", check(snippet))
