def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

import json
for v in [None, True, False, 0, -1, 10 ** 20, 1.5, 1e100, 1e-7, -0.0, "", "a\"b\\c\n\t\x01é\u2028𝄞", [], {},
    [1, [2, [3]]], {"a": {"b": []}}, (1, 2), {1: "i", None: "n", True: "t", 2.5: "f"}, float("inf"),
    float("nan"), [None] * 3]:
    print(json.dumps(v), json.dumps(v, ensure_ascii=False) if v == v else "")
print(json.dumps({"b": 1, "a": [1, 2]}, sort_keys=True))
print(json.dumps({"a": [1, {"b": 2}], "c": {}, "d": []}, indent=2), json.dumps([1, 2], indent="\t"))
print(json.dumps({"a": 1, "b": 2}, separators=(",", ":")), json.dumps([1, 2], indent=0))
for s in ["null", "true", " [1, 2.5, -3e2, 1E+2] ", '{"a": {"b": [null]}}', '"\\u00e9\\n\\ud834\\udd1e\\/"',
    "1", "-0", "1.0", "123456789012345678901234567890", '""', "[]", "{}", "NaN", "-Infinity", '{"a":1,"a":2}',
    '"\\ud800"', "1e400"]:
    print(s, repr(json.loads(s)))
for s in ["", " ", "nul", "[1,", "[1 2]", "[,]", "{", '{"a"}', '{"a":}', '{"a":1,}', "{a:1}", "{1:2}", '"abc',
    '"a\nb"', '"\\x"', '"\\u12"', "01", "1.", ".5", "+1", "--1", "[1]]", "1 2", "'a'", "[1,]", "tru",
    "\ufeff1", '{"a":1 "b":2}', "{,}", '"\t"', "[", '{"a"', "-", "1e", "\x00"]:
    try: print(s, json.loads(s))
    except json.JSONDecodeError as e: print(ascii(s), "->", e, "|", e.msg, e.pos, e.lineno, e.colno)
err(lambda: json.dumps({1, 2}))
err(lambda: json.dumps(object)) if False else None
err(lambda: json.dumps(b"a"))
err(lambda: json.dumps({(1, 2): 3}))
err(lambda: json.dumps(float("nan"), allow_nan=False))
err(lambda: json.dumps(1j))
l = []
l.append(l)
err(lambda: json.dumps(l))
err(lambda: json.loads(5))
err(lambda: json.loads(None))
print(json.loads(b'{"a": 1}'), json.loads(bytearray(b"[1]")), json.loads('"é"'.encode("utf-16")))
print(json.dumps({(1, 2): 3, "a": 1}, skipkeys=True), json.dumps({1, 2}, default=sorted))
print(json.dumps([1j], default=lambda o: [o.real, o.imag]))
d = {}
d["d"] = d
err(lambda: json.dumps(d))
class E(json.JSONEncoder):
    def default(self, o): return "E" + type(o).__name__ if isinstance(o, complex) else super().default(o)
print(json.dumps([1j], cls=E))
err(lambda: json.dumps([set()], cls=E))
print(E(indent=1).encode([1]), list(json.JSONEncoder().iterencode([1, {"a": 2}])))
print(json.loads('{"a": 1, "b": {"c": 2}}', object_hook=lambda d: sorted(d)))
print(json.loads('{"a": 1}', object_pairs_hook=list), json.loads("1.5", parse_float=str))
print(json.loads("15", parse_int=lambda s: "i" + s), json.loads("NaN", parse_constant=lambda s: s))
print(json.JSONDecoder().raw_decode("[1] rest"), json.JSONDecoder().decode(" 1 "))
import io
f = io.StringIO()
json.dump({"x": [1]}, f)
print(f.getvalue())
f.seek(0)
print(json.load(f))
class I(int): pass
class S(str): pass
class D(dict): pass
print(json.dumps([I(5), S("s"), D(a=1), True]))
print(json.dumps({"k": [1, 2, {"z": None}]}, indent=4, sort_keys=True))
import enum
class Col(enum.IntEnum): R = 1
print(json.dumps([Col.R, {Col.R: Col.R}]))
print(json.loads(json.dumps({"uni": "日本", "n": [1.1, 2.2e-5]})) == {"uni": "日本", "n": [1.1, 2.2e-5]})
deep = "[" * 50 + "]" * 50
print(json.dumps(json.loads(deep)) == deep)
