"""SyntaxError texts and positions: expressions."""
SNIPPETS = [
    '(1', '[1', '{1', '(1]', '[1)', '{1)', 'x = ', '= 1', 'x == ', 'x = 1 = y', 'f() = 1', 'x + 1 = 2',
    'None = 1', 'True = 1', '(a, 1) = 2', '[a, f()] = 1', 'x: int: str', '(x, y): int', 'f(): int',
    'x = lambda', 'x = lambda:', 'x += ', 'x += 1 += 2', '(x, y) += 1', 'f() += 1', 'x := 1', '(x.y := 1)',
    '(x[0] := 1)', '(1 := 1)', 'f(x := 1, y = 2 := 3)', '[x := 1 for x in y]', '[i for i in (j := y)]', 'a b',
    'a 1', 'f(1 2)', 'f(a b)', '[1 2]', '{1 2}', '{1: 2 3: 4}', '{1: }', '{: 1}', '{1, 2: 3}', '{**a, 1}',
    '(*a)', '*a', 'x = *a', 'print(*)', 'f(**)', 'f(a=1, 2)', 'f(**k, 1)', 'f(**k, *a)', 'f(a=1, a=2)',
    'f(1=2)', 'f(a.b=1)', 'f(None=1)', 'f(x for x in y, 1)', 'f(1, x for x in y)', 'a ? b : c', 'a!', 'a ! b',
    '!a', 'a <> b', 'a =! b', 'a && b', 'a || b', 'x++', '++', 'x = 1 if', 'x = 1 if y', 'x = 1 if y else',
    'x = if y', 'not', 'a not b', 'a is', 'a in', 'is a', 'a and', 'or a', 'a..b', 'a.1', 'a.', '.a', '...a',
    'a[', 'a[]', 'a[1', 'a[1:2:3:4]', 'a[*]', 'x = \\', 'print(1', '[(yield x) for x in y]', '__debug__ = 1',
    'f(__debug__=1)', 'x.__debug__ = 1', 'a = 1; ; b', ';', ',', ', a', 'a, , b', '(,)', '[,]', '{,}', '()=1',
    '[]=1', '() = () = 1', '*a, *b = c', '*a = b', '(*a, *b), c = d', 'x = yield = 1', 'x = (yield) = 1',
    'a, b = c, d = ', '{a: b for a, b in c', '[a for a]', '[a for a in]', '[for a in b]',
    '(a for a in b) = 1', '[a for a in b] = 1', '{a: b} = 1', '{a} = 1', '-a = 1', 'a < b = 1',
    'a if b else c = 1', 'not a = 1', '`a`', 'a -> b', 'a: ', 'a: int =', 'in', '((((((', '[[[[))))',
    "d = {'a' 1}", 'f(a, b = c = d)', 'f(a, *b, c=1, *d, **e, f)', 'f(lambda x=1: x = 2)',
    'a = 5 if b elif c', 'True', 'None', '...', 'x = y = z = 1', 'a = b: int',
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
