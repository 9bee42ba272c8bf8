def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

import re
m = re.match(r"(\w+) (\w+)", "hello world foo"); print(m, m.group(), m.groups(), m.group(1, 2), m.span(), m.start(2), m.end(), m[1], m.string, m.re.pattern, m.pos, m.endpos, m.lastindex, m.lastgroup, m.regs)
print(re.search("o", "foo").span(), re.match("x", "y"), re.fullmatch("a+", "aaa"), re.fullmatch("a+", "aab"), re.findall(r"\d+", "a1b22c333"), re.findall(r"(\w)(\d)", "a1b2"), re.findall("x*", "axb"), [x.group() for x in re.finditer("a|b", "cab")])
print(re.sub(r"(\w+)@(\w+)", r"\2 at \1", "me@home"), re.sub("a", lambda m: m.group().upper() + str(m.start()), "banana", count=2), re.subn("a", "b", "aaa"), re.sub("x*", "-", "abc"), re.sub(r"(?P<n>a)", r"[\g<n>\g<1>\g<0>]", "cat"), re.sub("a", r"\\n\n", "a"))
print(re.split(r"[,;]", "a,b;c"), re.split(r"([,;])", "a,b;c"), re.split(",", "a,b,c", maxsplit=1), re.split("x*", "axbc"), re.split("", "ab"))
print(re.compile("a", re.I).match("A") is not None, re.findall("^a", "a\na", re.M), re.findall("a.b", "a\nb", re.S), re.findall(r"a b # c", "ab", re.X), re.match(r"(?i)AbC", "aBc").group(), re.findall(r"\w+", "né ô", re.A), re.findall("(?i:a)b", "Ab AB"), re.compile("x", re.I | re.M).flags, repr(re.compile("x", re.I | re.S)), re.compile("a"))
print(re.match(r"(?P<y>\d{4})-(?P<m>\d\d)", "2024-05").groupdict(), re.match(r"(a)|(b)", "b").groups(), re.match(r"(a)?b", "b").groups("dflt"), re.match("(a)(?:b)(c)", "abc").groups(), re.match(r"(.)\1", "aa"), re.match(r"(?P<x>.)(?P=x)", "bb").group("x"))
print(re.findall(r"a(?=b)", "abac"), re.findall(r"a(?!b)", "abac"), re.findall(r"(?<=a)b", "abcb"), re.findall(r"(?<!a)b", "abcb"), re.findall(r"a*?b", "aaab"), re.findall(r"<.*?>", "<a><b>"), re.findall(r"a{2,3}", "aaaaa"), re.findall(r"a{2,3}?", "aaaaa"), re.findall(r"a++b", "aaab"), re.findall(r"(?>a+)b", "aab"), re.match(r"(a)?(?(1)b|c)", "c"))
print(re.findall(r"\bfoo\b", "foo food foo"), re.findall(r"\Boo", "foo"), re.findall(r"[^abc]", "abcd"), re.findall(r"[a-c\d]", "ab1z"), re.findall(r"[\]\-^]", "]-^"), re.findall(r"\s\S", "a b c"), re.findall(r"\D", "a1"), re.findall(r"\W", "a!"), re.findall(r"\Aa|b\Z", "aab"), re.findall(r"$", "a\n"), re.findall(r"\x41\u0042\103", "ABC"), re.findall(r"[\w.]+@[\w.]+", "x a.b@c.d y"), re.findall(r"\t|\n", "a\tb\n"))
print(re.escape("a.b*c[d]\n é"), re.compile(r"(?x) a # comment \n b").pattern, re.compile("(a)(?P<n>b)").groups, re.compile("(a)(?P<n>b)").groupindex, m.expand(r"\2-\1"), re.compile(r"a") == re.compile(r"a"), hash(re.compile("a")) == hash(re.compile("a")))
print(re.findall(b"\\d", b"a1"), re.sub(b"a", b"b", b"aa"), re.match("é", "É", re.I), re.findall("[а-я]+", "привет мир"), re.findall(".", "𝄞é"), re.match("ß", "ẞ", re.I))
p = re.compile("a"); print(p.search("bab", 2), p.match("bab", 1).span(), p.findall("aaa", 1, 2), p.fullmatch("xa", 1), list(p.scanner("aa").search().span()), p.sub("x", "aaa", 1))
for bad in ("(", ")", "[", "[a", "*", "a**", "a{2,1}", "(?P<n>a)(?P<n>b)", "(?P<1>a)", "(?P=x)", r"\1", "(?z)", "(?<=a*)b", "[b-a]", "\\", "(?P<n", "(?", "a(?i)b", r"\q", "[\\q]", "(?(2)a|b)", "x{99999999999}", "(?i-i:a)", "(?#", "(?:", "?", "+a", r"\u12", r"\N{x}", "(?P>x)", "(?<n>a)", "a++*"):
    try: re.compile(bad); print(bad, "ok")
    except re.PatternError as e: print(bad, "->", e, e.pos, e.lineno, e.colno)
    except Exception as e: print(bad, type(e).__name__, e)
err(lambda: re.match("a", b"a")); err(lambda: re.match(b"a", "a")); err(lambda: re.match(5, "a")); err(lambda: re.sub("a", r"\2", "a")); err(lambda: re.sub("a", r"\g<x>", "a")); err(lambda: m.group(5)); err(lambda: m.group("zz")); err(lambda: re.compile(p, re.I)); print(re.compile(p) is p, p.pattern); err(lambda: re.compile("a", "b"))
print(re.sub(r"\b(\w)(\w*)", lambda m: m[1].upper() + m[2], "the quick fox"), re.findall(r"(?:(\d+)|(\w+))", "12 ab"), re.search("(?P<q>['\"]).*?(?P=q)", "say 'hi' \"x\"").group(), len(re.findall(r"(a|b)*c", "ababc" * 10)), re.match("(?:a|ab)(?:c|bcd)", "abcd").group(), re.sub(r"(.)(.)", r"\2\1", "abcd"), re.search(r"(a+)+$", "a" * 20).span())
import copy; print(copy.copy(p) is p, re.RegexFlag.I, re.IGNORECASE | re.M, re.purge(), re.NOFLAG, type(m).__name__, bool(m), m.lastindex, [*re.finditer("a", "aba")])
