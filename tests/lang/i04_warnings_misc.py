# single-threaded: warning filters belong to the process
def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

import warnings
with warnings.catch_warnings(record=True) as got:
    warnings.simplefilter("always")
    warnings.warn("one"); warnings.warn("two", DeprecationWarning); warnings.warn(UserWarning("three"))
    compile("1 is 1", "<w>", "exec"); compile("'\\d'", "<w>", "exec"); compile("assert (1, 'x')", "<w>", "exec"); compile("1()", "<w>", "exec"); compile("'a'[1.5]", "<w>", "exec"); compile("0x1for x in y", "<w>", "exec"); compile("def f():\n try: pass\n finally: return", "<w>", "exec")
for g in got: print(g.category.__name__, g.message, g.lineno > 0)
with warnings.catch_warnings():
    warnings.simplefilter("error")
    err(lambda: warnings.warn("as error")); err(lambda: compile("'\\d'", "<w>", "exec"))
    warnings.simplefilter("ignore"); warnings.warn("silent")
with warnings.catch_warnings(record=True) as got:
    warnings.filterwarnings("ignore", message="skip.*"); warnings.filterwarnings("always", category=FutureWarning)
    warnings.warn("skip me"); warnings.warn("keep", FutureWarning); warnings.warn("keep", FutureWarning)
print(len(got))
err(lambda: warnings.warn("x", int))
err(lambda: warnings.warn(5)) if False else None
err(lambda: warnings.simplefilter("nope"))
err(lambda: warnings.filterwarnings("error", lineno=-1))
print(warnings.formatwarning("m", UserWarning, "f.py", 3, "line"), issubclass(DeprecationWarning, Warning))
@warnings.deprecated("use other")
def old(): return "old result"
with warnings.catch_warnings(record=True) as got:
    warnings.simplefilter("always"); print(old(), old.__deprecated__)
print(got[0].message, got[0].category.__name__)
def once():
    warnings.warn("once only", stacklevel=2)
with warnings.catch_warnings(record=True) as got:
    warnings.simplefilter("default")
    for _ in range(3): once()
print(len(got))
import atexit, gc, time, errno, stat, string, keyword, token, reprlib, pprint, textwrap, shlex, fnmatch, glob, html, base64, binascii, hashlib, calendar, locale
print(keyword.iskeyword("if"), keyword.issoftkeyword("match"), errno.ENOENT, errno.errorcode[2])
print(reprlib.repr(list(range(100))))
print(pprint.pformat({"b": list(range(30)), "a": {"x": "y" * 30}}, width=50))
print(textwrap.fill("the quick brown fox jumps", 12), textwrap.dedent("  a\n    b"))
print(shlex.split("a 'b c' d\\ e"), fnmatch.fnmatch("a.py", "*.py"), html.escape("<a&b>"))
print(base64.b64encode(b"hello"), binascii.hexlify(b"\x01\xff"))
print(hashlib.md5(b"").hexdigest() if False else "", calendar.isleap(2024))
print(textwrap.shorten("hello big world", 10))
