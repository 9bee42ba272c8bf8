log = []

def run(name, f, *args):
    log.clear()
    try:
        r = f(*args)
        print(name, "->", r, log)
    except BaseException as e:
        print(name, "raised", type(e).__name__, e, log)

def a():
    try:
        return log.append("body") or 1
    finally:
        log.append("fin")

def b():
    for i in range(5):
        try:
            if i == 3:
                break
            continue
        finally:
            log.append(i)
    else:
        log.append("else")
    return "end"

def c():
    try:
        raise ValueError("v")
    finally:
        log.append("fin")

def d():
    try:
        try:
            raise ValueError("v")
        finally:
            log.append("in")
    except ValueError:
        log.append("caught")
        return "r"
    finally:
        log.append("out")

def e():
    while True:
        try:
            try:
                return "value"
            finally:
                log.append(1)
        finally:
            log.append(2)

def f():
    try:
        return log.append("x") or "first"
    except Exception:
        return "no"
    else:
        return "never"
    finally:
        log.append("done")

def g():
    try:
        log.append("t")
    except Exception:
        pass
    else:
        log.append("else")
        return "from else"
    finally:
        log.append("f")

def h():
    try:
        raise KeyError("k")
    except KeyError:
        try:
            raise ValueError("inner")
        except ValueError as err:
            log.append(repr(err.__context__))
        raise

def i():
    for n in range(3):
        for m in range(3):
            try:
                if m == 1:
                    break
                if n == 1:
                    continue
                log.append((n, m))
            finally:
                log.append("f")
    return n, m

def j():
    x = 1
    try:
        return x
    finally:
        x = 2
        log.append(x)

def k():
    try:
        yield 1
        try:
            yield 2
        finally:
            log.append("inner")
    finally:
        log.append("outer")

def l():
    out = []
    for v in k():
        out.append(v)
        if v == 2:
            break
    return out

def m():
    try:
        1 / 0
    except ZeroDivisionError as e:
        log.append(str(e))
    try:
        e
    except UnboundLocalError as u:
        log.append(str(u))

def n(depth):
    try:
        if depth:
            return n(depth - 1)
        raise RuntimeError("bottom")
    finally:
        log.append(depth)

def o():
    try:
        try:
            raise ValueError("a")
        finally:
            raise TypeError("b")
    except TypeError as t:
        return repr(t.__context__)

def p():
    try:
        raise ValueError("a")
    except (KeyError, ValueError) as e:
        x = e
    return x

def q():
    try:
        raise ValueError("a")
    except KeyError:
        pass
    except ValueError:
        return "second"
    except:
        return "third"

def r():
    try:
        raise BaseException("base")
    except Exception:
        return "no"
    except:
        return "bare"

def s():
    try:
        raise ValueError("x")
    except 5:
        pass

def t():
    try:
        raise ValueError("x")
    except (ValueError, 5):
        return "matched before bad one"

def u():
    try:
        pass
    finally:
        try:
            raise KeyError("in finally")
        except KeyError:
            log.append("handled")
    return "ok"

def v():
    for x in [1, 2, 3]:
        try:
            try:
                if x == 2:
                    raise ValueError(x)
            except ValueError:
                continue
            else:
                log.append(("else", x))
        finally:
            log.append(("fin", x))
    return "done"

for name in "abcdefghijlmopqrstuv":
    run(name, globals()[name])
run("n", n, 3)
run("k", lambda: list(k()))
