"""SyntaxError texts and positions: literals."""
SNIPPETS = [
    '1 +', '1)', '1]', '1}', '1 = x', "'a' = 1", '1 += 1', '1 a', "'abc", '"abc', "'''abc", "f'{'", "f'{a'",
    "f'}'", "f'{}'", "f'{a b}'", "f'{a!x}'", "f'{a!}'", "f'{a:{b}'", "f'{lambda x: 1}'", "f'{*}'",
    "f'{a = b = c}'", "'\\x1'", "'\\u12'", "'\\N{nope name}'", "'\\U00110000'", "b'a' 'b'", "t'{'",
    "t'a' 'b'", '0777', '09', '0x', '0xg', '0b2', '0b', '0o8', '1_', '1__0', '1e', '1.e+', '1_000_', '0_7',
    '1abc', '5x = 1', '1.2.3', '$', '?', "f'a' = 1",
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
