def f(xs):
    a = [x * 2 for x in xs if x > 1]
    b = {k: v for k, v in xs}
    c = {y for x in xs for y in x}
    return sum(x for x in a), [lambda: x for x in xs], b, c
