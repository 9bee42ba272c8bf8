# single-threaded: tracebacks name the frames of the runner
import traceback

def a():
    b(1)

def b(x):
    return c(x, y=2)

def c(x, y):
    z = [1, 2, 3]
    return z[x +
             y + 5]

def show():
    print(traceback.format_exc(), end="")
    print("==")

try:
    a()
except IndexError:
    show()
try:
    try:
        1 / 0
    except ZeroDivisionError as e:
        raise ValueError("bad") from e
except ValueError:
    show()
try:
    try:
        {}["k"]
    except KeyError:
        undefined + 1
except NameError:
    show()

def rec(n):
    return rec(n - 1) if n else 1 / 0

try:
    rec(10)
except ZeroDivisionError:
    show()

class K:
    def m(self):
        return self.nothing.more
    def __getitem__(self, i):
        raise KeyError(i)

try:
    K().m()
except AttributeError:
    show()
try:
    x = K()
    print(x["a"] + x["b"])
except KeyError:
    show()
try:
    (1 + 2) / (3 -
               3)
except ZeroDivisionError:
    show()
try:
    [i / 0 for i in range(3)]
except ZeroDivisionError:
    show()
try:
    sum(1 / (i - 1) for i in range(3))
except ZeroDivisionError:
    show()
try:
    (lambda v: v.q)(5)
except AttributeError:
    show()
try:
    exec("def f():\n    raise ValueError('in exec')\nf()")
except ValueError:
    show()
try:
    eval("1 +")
except SyntaxError:
    show()
try:
    compile("def f(:\n  pass", "name.py", "exec")
except SyntaxError as e:
    print("".join(traceback.format_exception_only(e)), end="")
try:
    e = ValueError("noted")
    e.add_note("first note")
    e.add_note("second\nnote")
    raise e
except ValueError:
    show()
try:
    raise ExceptionGroup("grp", [ValueError(1), TypeError("two")])
except ExceptionGroup:
    show()

def gen():
    yield 1
    raise RuntimeError("gen")

try:
    list(gen())
except RuntimeError:
    show()
try:
    "abc".foo(1, 2)
except AttributeError:
    show()
try:
    int("x", base=10)
except ValueError:
    show()
def deco(f):
    def w(*args):
        return f(*args)
    return w
@deco
def decorated(p):
    assert p > 5, f"p is {p}"
try:
    decorated(3)
except AssertionError:
    show()
try:
    a, b2 = 1, 2, 3
except ValueError:
    show()
try:
    a.b.c = 5
except AttributeError:
    show()
try:
    from math import nothing
except ImportError as e:
    print(type(e).__name__, str(e).split(" (")[0])
try:
    a()
except IndexError as e:
    tb = e.__traceback__
    while tb:
        print(tb.tb_lineno, tb.tb_frame.f_code.co_name, sorted(tb.tb_frame.f_locals)[:2] if tb.tb_frame.f_code.co_name != "<module>" else "")
        tb = tb.tb_next
    for f in traceback.extract_tb(e.__traceback__):
        print(f.lineno, f.name, f.line, f.colno, f.end_colno, f.end_lineno)
    print(traceback.format_exception_only(e), traceback.format_tb(e.__traceback__, limit=1))
class Err(Exception):
    def __str__(self): raise ValueError("cannot print")
try:
    raise Err
except Err:
    show()
class Q:
    class Inner(Exception): pass
try:
    raise Q.Inner("qualified")
except Q.Inner:
    show()
