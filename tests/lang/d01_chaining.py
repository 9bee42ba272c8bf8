def show(e, depth=0):
    pad = "  " * depth
    print(pad + repr(e), "suppress" if e.__suppress_context__ else "")
    if e.__cause__ is not None:
        print(pad + " cause:")
        show(e.__cause__, depth + 1)
    if e.__context__ is not None:
        print(pad + " context:")
        show(e.__context__, depth + 1)

def catch(f):
    try:
        f()
    except BaseException as e:
        show(e)

def implicit():
    try:
        1 / 0
    except ZeroDivisionError:
        raise ValueError("second")
def explicit():
    try:
        1 / 0
    except ZeroDivisionError as e:
        raise ValueError("second") from e
def none():
    try:
        1 / 0
    except ZeroDivisionError:
        raise ValueError("second") from None
def three():
    try:
        try:
            raise KeyError(1)
        except KeyError:
            raise ValueError(2)
    except ValueError:
        raise TypeError(3)
def in_finally():
    try:
        raise KeyError("a")
    finally:
        raise ValueError("b")
def from_class():
    raise ValueError("x") from KeyError
def bad_from():
    raise ValueError("x") from 5
def same():
    e = ValueError("same")
    try:
        raise e
    except ValueError:
        raise e
def cycle():
    a, b = ValueError("a"), ValueError("b")
    try:
        try:
            raise a
        except ValueError:
            raise b
    except ValueError:
        raise a
def nested_call():
    def inner():
        raise KeyError("inner")
    try:
        raise ValueError("outer")
    except ValueError:
        inner()
def handled_inside():
    try:
        raise ValueError("outer")
    except ValueError:
        try:
            raise KeyError("handled")
        except KeyError:
            pass
        raise TypeError("after")
def in_gen():
    def g():
        try:
            yield 1
        except ValueError:
            raise TypeError("from gen")
    it = g()
    next(it)
    it.throw(ValueError("thrown"))
def in_else():
    try:
        pass
    except ValueError:
        pass
    else:
        raise KeyError("else")
def reraise_later():
    saved = None
    try:
        raise ValueError("saved")
    except ValueError as e:
        saved = e
    try:
        raise KeyError("other")
    except KeyError:
        raise saved
def bare():
    raise
def bare_nested():
    try:
        raise ValueError("v")
    except ValueError:
        def f():
            raise
        f()
def with_exit():
    class C:
        def __enter__(self): pass
        def __exit__(self, *a): raise RuntimeError("exit")
    with C():
        raise ValueError("body")
def attr():
    e = ValueError("e")
    e.__cause__ = KeyError("set by hand")
    raise e
def attr_none():
    try:
        raise KeyError("ctx")
    except KeyError:
        e = ValueError("e")
        e.__context__ = None
        raise e
for f in (implicit, explicit, none, three, in_finally, from_class, bad_from, same, cycle, nested_call,
    handled_inside, in_gen, in_else, reraise_later, bare, bare_nested, with_exit, attr, attr_none):
    print("--", f.__name__)
    catch(f)
for bad in (5, "x", int):
    for name in ("__cause__", "__context__", "__traceback__"):
        try:
            setattr(ValueError(), name, bad)
        except TypeError as e:
            print(name, e)
import sys
print(sys.exc_info())
try:
    raise ValueError("v")
except ValueError:
    print(sys.exc_info()[0].__name__, sys.exc_info()[1], sys.exception())
    try:
        raise KeyError("k")
    except KeyError:
        print(sys.exception())
    print(sys.exception())
print(sys.exception())
def gen():
    try:
        raise ValueError("in gen")
    except ValueError:
        yield sys.exception()
    yield sys.exception()
try:
    raise KeyError("outer")
except KeyError:
    for e in gen():
        print(repr(e))
