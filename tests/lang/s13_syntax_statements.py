"""SyntaxError texts and positions: statements."""
SNIPPETS = [
    'if', 'if x', 'if x:', 'while True', 'while True print(1)', 'for', 'for x', 'for x in', 'for x in y',
    'for x in y:', 'for 1 in y: pass', 'for f() in y: pass', 'return 1', 'yield 1', 'await x', 'break',
    'continue', 'pass pass', 'del', 'del 1', 'del f()', 'del x + 1', 'del (x, 1)', 'del None', 'import',
    'import a.', 'import a as', 'import a as b.c', 'from', 'from a', 'from a import', 'from a import (',
    'from a import ()', 'from a import b,', 'from . import *, a', 'from a import b as 1', 'import a, ',
    'from __future__ import nope', 'from __future__ import braces', 'try: pass', 'except: pass',
    'finally: pass', 'else: pass', 'elif x: pass', 'raise from x', 'raise x from', 'assert', 'assert x,',
    'with', 'with a', 'with a as', 'with a as 1: pass', 'with a as f(): pass', 'with (a as b: pass', 'global',
    'global 1', 'nonlocal x', 'print 1', "print 'a'", "exec 'a'", 'del __debug__', 'import __debug__',
    'for __debug__ in x: pass', 'for *a in b: pass', 'with *a: pass', 'return *a', 'else',
    'for i in range(10) print(i)', 'while x = 1: pass', 'if x = 1: pass', 'if (x = 1): pass',
    'if x.y = 1: pass', 'elif', 'import a from b', 'from a import b.c', 'from a.b. import c',
    'from .. import', 'import .a', 'nonlocal', 'raise',
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
