def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

import string, struct
print(string.ascii_letters, string.digits, string.punctuation, repr(string.whitespace), string.hexdigits)
print(string.octdigits, string.capwords("hello  big world"), string.capwords("a-b", "-"))
t = string.Template("$who likes ${what}; $$5 $missing")
print(t.safe_substitute(who="A", what="B"), t.template)
err(lambda: t.substitute(who="A"))
err(lambda: string.Template("$").substitute())
err(lambda: string.Template("${a").substitute(a=1))
print(string.Template("$a$b").substitute({"a": 1}, b=2), string.Template("$a ${b}").get_identifiers())
print(string.Template("$a $1").is_valid())
f = string.Formatter()
print(f.format("{0} {a!r:>5}", 1, a="x"), list(f.parse("a{b!r:c}d{}")), f.vformat("{x}", (), {"x": 3}))
err(lambda: f.format("{nope}"))
class F(string.Formatter):
    def get_value(self, k, a, kw): return kw.get(k, "<%s>" % k) if isinstance(k, str) else super().get_value(k, a, kw)
print(F().format("{a} {b}", a=1))
for fmt, vals in [("b", (-1,)), ("B", (255,)), ("h", (-2,)), ("H", (65535,)), ("<i", (1,)), (">i", (1,)),
    ("<q", (-1,)), (">Q", (2 ** 64 - 1,)), ("f", (1.5,)), ("<d", (0.1,)), (">e", (1.5,)), ("5s", (b"abc",)),
    ("3s", (b"abcdef",)), ("c", (b"x",)), ("?", (True,)), ("5p", (b"abc",)), ("<bhi", (1, 2, 3)),
    ("@bhi", (1, 2, 3)), ("=bhq", (1, 2, 3)), ("3B", (1, 2, 3)), ("2x", ()), (">2h2x", (1, 2)),
    ("!I", (0xdeadbeef,)), ("<bxb", (1, 2)), ("n", (5,)), ("<F", (1 + 2j,))]:
    p = struct.pack(fmt, *vals); print(fmt, p, struct.calcsize(fmt), struct.unpack(fmt, p))
s = struct.Struct("<HB")
print(s.size, s.format, s.pack(1, 2), s.unpack(b"\x01\x00\x02"), list(s.iter_unpack(b"\1\0\2\3\0\4")))
print(s.unpack_from(b"xx\1\0\2", 2))
b = bytearray(6)
s.pack_into(b, 2, 5, 6)
print(b)
for bad in (lambda: struct.pack("b", 128), lambda: struct.pack("B", -1), lambda: struct.pack("B", 256),
    lambda: struct.pack("i", "a"), lambda: struct.pack("i", 1.5), lambda: struct.pack("ii", 1),
    lambda: struct.pack("z", 1), lambda: struct.pack("s", "str"), lambda: struct.pack("c", b"ab"),
    lambda: struct.unpack("i", b"abc"), lambda: struct.pack("f", "a"), lambda: struct.pack("<f", 1e40),
    lambda: struct.pack(">e", 1e10), lambda: struct.pack("Q", -1), lambda: struct.pack("q", 2 ** 63),
    lambda: struct.unpack_from("i", b"ab"), lambda: struct.pack_into("i", bytearray(2), 0, 1),
    lambda: list(struct.iter_unpack("2s", b"abc")), lambda: struct.calcsize("99999999999999999999s"),
    lambda: struct.pack("H", 70000), lambda: struct.pack("<n", 1), lambda: struct.unpack("b", "a"),
    lambda: struct.pack_into("b", b"x", 0, 1)):
    err(bad)
print(struct.pack("<%ds" % 4, b"ab"), struct.unpack("<?", b"\2"), struct.pack("0i"))
print(struct.pack("<h  h ", 1, 2), struct.error.__name__)
