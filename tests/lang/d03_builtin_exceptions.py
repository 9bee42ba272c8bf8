def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

import builtins
names = sorted(n for n in dir(builtins) if isinstance(getattr(builtins, n), type) and issubclass(getattr(builtins, n), BaseException))
for n in names:
    c = getattr(builtins, n)
    print(n, "<-", ", ".join(b.__name__ for b in c.__bases__))
print(repr(ValueError()), repr(ValueError(1)), repr(ValueError("a", 2)), str(ValueError()))
print(str(ValueError(1)), str(ValueError(1, "b")), str(ValueError("x")), str(KeyError("x")))
print(str(KeyError()), str(KeyError(1, 2)))
e = OSError(2, "No such file", "name.txt")
print(e, repr(e), type(e).__name__, e.errno, e.strerror, e.filename, e.filename2, e.args)
print(type(OSError(13, "x")).__name__, type(OSError(17, "x")).__name__, type(OSError(32, "x")).__name__)
print(type(OSError(9999, "x")).__name__, OSError("only"), OSError(), OSError(1, "m", "a", None, "b"))
for no in (1, 2, 3, 4, 10, 11, 13, 17, 20, 21, 32, 103, 104, 110, 111):
    print(no, type(OSError(no, "x")).__name__, end="; ")
print()
print(IOError is OSError, EnvironmentError is OSError)
s = StopIteration(5)
print(s.value, s.args, StopIteration().value, StopIteration(1, 2).value)
print(SystemExit(3).code, SystemExit().code, SystemExit(1, 2).code)
u = UnicodeDecodeError("utf-8", b"abc\xff", 3, 4, "bad")
print(u, u.encoding, u.object, u.start, u.end, u.reason, repr(u))
print(UnicodeEncodeError("ascii", "aé", 1, 2, "ordinal"))
print(UnicodeEncodeError("ascii", "aéé", 1, 3, "ordinal"), UnicodeTranslateError("aé", 1, 2, "why"))
err(lambda: UnicodeDecodeError("a"))
err(lambda: UnicodeDecodeError("a", "str", 1, 2, "x"))
n = NameError("m", name="nm")
print(n, n.name)
a = AttributeError("m", name="at", obj=5)
print(a.name, a.obj)
i = ImportError("m", name="mod", path="p")
print(i, i.name, i.path, i.msg, repr(ModuleNotFoundError("x", name="y")))
err(lambda: ImportError("m", foo=1))
err(lambda: NameError("m", foo=1))
err(lambda: ValueError("m", foo=1))
x = SyntaxError("msg", ("file", 3, 7, "text", 3, 9))
print(x, x.msg, x.filename, x.lineno, x.offset, x.text, x.end_lineno, x.end_offset, x.print_file_and_line)
print(repr(x))
print(SyntaxError(), SyntaxError("only"), str(SyntaxError("m", ("f", 1, 2, "t"))))
print(IndentationError("i", ("f", 1, 2, "t")))
err(lambda: SyntaxError("m", (1, 2)))
class E(Exception): pass
class F(E):
    def __str__(self): return "custom"
class G(E):
    def __init__(self): pass
class H(E):
    def __repr__(self): return "H!"
print(E(1), F(1), repr(F(1)), G(), repr(G()), H(), repr(H()), [E("a")])
g = G()
print(g.args)
g.args = (1, 2)
print(g.args, g)
err(lambda: setattr(g, "args", 5))
try:
    [].foo
except AttributeError as e:
    print(e.name, e.obj)
try:
    undefined_name
except NameError as e:
    print(e.name)
try:
    {}["k"]
except KeyError as e:
    print(e.args, str(e))
try:
    import no_such_mod_x
except ImportError as e:
    print(e.name, e.path, e.msg)
import pickle
for e in (ValueError(1, 2), OSError(2, "a", "b"), KeyError("k"), StopIteration(3)):
    print(repr(pickle.loads(pickle.dumps(e))))
print(Exception("a") == Exception("a"), hash(E) == hash(E), Exception(1).with_traceback(None))
err(lambda: Exception().with_traceback(5))
def raise_class():
    raise ValueError
def raise_needs_args():
    class N(Exception):
        def __init__(self, a): pass
    raise N
def raise_bad(): raise "str"
def raise_none(): raise None
def raise_inst(): raise object()
for f in (raise_class, raise_needs_args, raise_bad, raise_none, raise_inst):
    err(f)
def new_returns():
    class N(Exception):
        def __new__(cls): return 5
    raise N
err(new_returns)
