def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

eg = ExceptionGroup("msg", [ValueError(1), TypeError("t"), ExceptionGroup("inner", [ValueError(2), KeyError("k")])])
print(eg, repr(eg), eg.message, eg.exceptions[0], len(eg.exceptions), eg.args)
m, r = eg.split(ValueError)
print(repr(m), repr(r))
print(repr(eg.subgroup(KeyError)), eg.subgroup(OSError))
print(repr(eg.subgroup(lambda e: isinstance(e, TypeError))))
print(repr(eg.split((ValueError, KeyError))[1]), eg.split(Exception)[1])
try:
    raise eg
except* ValueError as e:
    print("V", repr(e))
except* (TypeError, KeyError) as e:
    print("TK", repr(e))
try:
    try:
        raise eg
    except* KeyError as e:
        print("K", repr(e))
except ExceptionGroup as rest:
    print("rest", repr(rest), rest.__context__)
try:
    raise ValueError("naked")
except* ValueError as e:
    print(repr(e))
try:
    try:
        raise ValueError("naked")
    except* TypeError:
        print("no")
except ValueError as e:
    print("through", repr(e))
try:
    try:
        raise ExceptionGroup("g", [ValueError(1), TypeError(2)])
    except* ValueError:
        raise KeyError("new")
except ExceptionGroup as e:
    print(repr(e), repr(e.exceptions[0].__context__))
try:
    try:
        raise ExceptionGroup("g", [ValueError(1), TypeError(2)])
    except* ValueError:
        raise
    except* TypeError as e:
        raise
except ExceptionGroup as e:
    print(repr(e))
try:
    pass
except* ValueError:
    print("no")
else:
    print("else")
finally:
    print("finally")
err(lambda: ExceptionGroup("m", []))
err(lambda: ExceptionGroup("m", [1]))
err(lambda: ExceptionGroup("m", 5))
err(lambda: ExceptionGroup(5, [ValueError()]))
err(lambda: ExceptionGroup("m"))
err(lambda: ExceptionGroup("m", [KeyboardInterrupt()]))
print(repr(BaseExceptionGroup("b", [KeyboardInterrupt(), ValueError()])))
print(type(BaseExceptionGroup("b", [ValueError()])).__name__)
class My(ExceptionGroup):
    def derive(self, excs): return My(self.message + "!", excs)
g = My("mine", [ValueError(1), KeyError(2)])
print(repr(g.split(ValueError)), type(g.subgroup(KeyError)).__name__)
def star_group():
    try:
        raise ValueError
    except* ExceptionGroup:
        pass
err(star_group)
def star_bad():
    try:
        raise ValueError
    except* 5:
        pass
err(star_bad)
e = ValueError("noted")
e.add_note("note 1")
e.add_note("note 2")
print(e.__notes__)
err(lambda: e.add_note(5))
print(hasattr(ValueError(), "__notes__"))
g = ExceptionGroup("with notes", [ValueError(1), TypeError(2)])
g.add_note("n")
a, b = g.split(ValueError)
print(a.__notes__, b.__notes__, a.__notes__ is b.__notes__)
import traceback
print("".join(traceback.format_exception(ExceptionGroup("top", [ValueError("v"), ExceptionGroup("sub", [TypeError("t"), KeyError("k")])]))), end="")
print("".join(traceback.format_exception_only(e)), end="")
def deep(n): return ValueError(n) if n == 0 else ExceptionGroup(str(n), [deep(n - 1)])
print(repr(deep(3).subgroup(ValueError)))
print(isinstance(eg, Exception), issubclass(ExceptionGroup, BaseExceptionGroup))
print(ExceptionGroup.__mro__[1].__name__)
print(ExceptionGroup[int] if hasattr(ExceptionGroup, "__class_getitem__") else "")
def loop():
    for i in range(3):
        try:
            if i == 1: raise ExceptionGroup("g", [ValueError(i)])
        except* ValueError as e:
            print("in loop", repr(e))
        finally:
            print("fin", i)
loop()
try:
    try:
        raise ExceptionGroup("a", [ValueError(1)])
    except* ValueError as e:
        raise TypeError("x") from e
except TypeError as e2:
    print(repr(e2), repr(e2.__cause__))
