"""SyntaxError texts and positions: layout."""
SNIPPETS = [
    'if x:\npass', 'x = 1\nfrom __future__ import annotations', 'try:\n pass\nexcept',
    'try:\n pass\nexcept:\n pass\nexcept A: pass', 'try: pass\nelse: pass',
    'try: pass\nfinally: pass\nexcept: pass', 'try:\n pass\nexcept* A: pass\nexcept B: pass',
    'try:\n pass\nexcept*: pass', 'try:\n pass\nexcept A as b.c: pass', 'try:\n pass\nexcept* A:\n break',
    "b'\xe9'", "f'{\n'", '\\', '\\ x', '\tx\n y', '  x', 'x\n  y', 'if a:\n  x\n y', 'if a:\n\tx\n        y',
    '\xa0x', 'x\u200b', '\u201ca\u201d', 'a \u2013 b', 'x = \u201c', '\x00', 'a\x00b', '\u20ac',
    'if True:\n  (a\n  b)', "x = {\n 'a': 1\n 'b': 2\n}", 'x = [1,\n2\n3]', 'call(a,\nb\nc)',
    'if a: pass\nelse if b: pass', 'if a: pass\nelif: pass', 'try:\nx', 'while 1:\nx', 'for a in b:\nx',
    'with a:\nx', 'try:\n x\nexcept:\ny', 'try:\n x\nfinally:\ny', 'if a:\n x\nelse:\ny',
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
