def f(a, b, c):
    if a and (b or not c):
        return 1
    if a is None or b is not None:
        return 2
    if a < b < c:
        return 3
    if a in (1, 2) and b not in {3}:
        return 4
    return a < b <= c or c
