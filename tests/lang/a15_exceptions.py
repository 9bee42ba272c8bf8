try:
    1 / 0
except ZeroDivisionError as e:
    print("caught", e)
try:
    raise ValueError("bad", 1)
except (TypeError, ValueError) as e:
    print(type(e).__name__, e, e.args)
try:
    pass
except Exception:
    print("no")
else:
    print("else")
finally:
    print("finally")

def f():
    try:
        return "try"
    finally:
        print("cleanup")

print(f())

class MyError(Exception):
    def __init__(self, code):
        super().__init__("code %d" % code)
        self.code = code

try:
    raise MyError(7)
except MyError as e:
    print(e, e.code, repr(e), isinstance(e, Exception))

def nested():
    try:
        try:
            raise KeyError("k")
        except ValueError:
            print("no")
        finally:
            print("inner finally")
    except KeyError as e:
        print("outer", e)
        return 1
    finally:
        print("outer finally")

print(nested())
try:
    try:
        raise ValueError("first")
    except ValueError:
        raise TypeError("second")
except TypeError as e:
    print(e, "|", e.__context__, "|", e.__cause__)
try:
    try:
        raise ValueError("first")
    except ValueError as v:
        raise TypeError("second") from v
except TypeError as e:
    print(e, "|", e.__cause__)
try:
    try:
        int("x")
    except ValueError:
        raise
except ValueError as e:
    print("reraised", e)
one, key = 1, "a"
for bad in ("[][0]", "{}['x']", "int('q')", "None.x", "1 + 'a'", "'a' + 1", "undefined", "len(5)", "one()", "[1][key]",
            "1 % 0", "1 // 0", "1.0 / 0", "2.0 % 0", "0 ** -1", "1 << -1", "'abc'.index('z')", "[].pop()", "{}.popitem()",
            "int([])", "float('x')", "chr(-1)", "ord('ab')", "abs('a')", "max([])", "next(iter([]))", "-'a'", "~1.5", "not_there.x"):
    try:
        eval(bad)
        print(bad, "no error")
    except Exception as e:
        print(bad, "->", type(e).__name__ + ":", e)
try:
    raise ValueError
except ValueError as e:
    print(repr(e), str(e) == "", e.args)
try:
    raise 5
except TypeError as e:
    print(e)
try:
    assert 1 == 2, "math"
except AssertionError as e:
    print("AssertionError", e)
def loop():
    for i in range(3):
        try:
            if i == 0:
                continue
            if i == 1:
                break
        finally:
            print("finally", i)
    return i
print(loop())
e = "before"
try:
    raise KeyError(1)
except KeyError as e:
    pass
try:
    e
except NameError as err:
    print(err)
