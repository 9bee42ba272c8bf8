def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

def f(n):
    out = []
    for i in range(n):
        try:
            if i == 1: continue
            if i == 4: break
            if i == 2: raise ValueError(i)
            out.append(i)
        except ValueError as e:
            out.append(("v", e.args[0]))
        else:
            out.append(("else", i))
        finally:
            out.append(("f", i))
    else:
        out.append("loop else")
    return out
print(f(3))
print(f(10))
def g():
    while True:
        try:
            return "first"
        finally:
            break_it = True
print(g())
def h():
    r = []
    for x in [1, 2, 3]:
        for y in "ab":
            try:
                try:
                    if y == "b": break
                    r.append((x, y))
                finally:
                    r.append("i")
            finally:
                r.append("o")
    return r
print(h())
def gen():
    for i in range(5):
        try:
            got = yield i
            if got: raise KeyError(got)
        except KeyError as e:
            yield ("caught", e.args[0])
        finally:
            pass
g1 = gen()
print(next(g1), g1.send("x"), next(g1), list(g1))
def deep(n):
    if n == 0: raise ValueError("deep")
    try:
        deep(n - 1)
    except TypeError:
        pass
err(lambda: deep(50))
def many():
    total = 0
    for i in range(1000):
        try:
            if i % 3 == 0: raise ValueError
            if i % 3 == 1: raise KeyError(i)
            total += 1
        except (ValueError, KeyError) as e:
            total += len(e.args) * 10
    return total
print(many())
def as_cleanup():
    e = "x"
    for i in range(2):
        try:
            raise ValueError(i)
        except ValueError as e:
            pass
    try:
        return e
    except UnboundLocalError as u:
        return str(u)
print(as_cleanup())
def del_in_handler():
    try:
        raise ValueError
    except ValueError as e:
        del e
    return "ok"
print(del_in_handler())
def assign_in_handler():
    try:
        raise ValueError("orig")
    except ValueError as e:
        e = "replaced"
    try:
        e
    except UnboundLocalError:
        return "gone"
print(assign_in_handler())
def dynamic_types(t):
    try:
        raise KeyError("k")
    except t:
        return "matched"
    except LookupError:
        return "lookup"
print(dynamic_types(KeyError), dynamic_types(ValueError))
print(dynamic_types((OSError, (KeyError,))) if False else dynamic_types((OSError, KeyError)))
print(dynamic_types(()))
err(lambda: dynamic_types(5))
err(lambda: dynamic_types("x"))
err(lambda: dynamic_types((5, KeyError)))
class Meta(type):
    def __instancecheck__(c, i): return True
class Any(Exception, metaclass=Meta): pass
def not_by_instancecheck():
    try:
        raise ValueError("v")
    except Any:
        return "any"
    except ValueError:
        return "value"
print(not_by_instancecheck())
def ret_in_except():
    try:
        raise ValueError
    except ValueError:
        return "except"
    finally:
        globals().setdefault("fin_ran", True)
print(ret_in_except(), fin_ran)
def order():
    log = []
    def t(n):
        log.append(n); return n
    try:
        t(1) + t(2) * t(1 / 0)
    except ZeroDivisionError:
        log.append("z")
    return log
print(order())
def assertion(x):
    assert x, ("tuple", x)
err(lambda: assertion(0))
err(lambda: assertion([]))
print(assertion(1))
def cond():
    try:
        raise ValueError("a") if True else KeyError("b")
    except ValueError as e:
        return e.args
print(cond())
