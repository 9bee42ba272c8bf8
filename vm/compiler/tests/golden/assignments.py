def f(a, b):
    a, b = b, a
    x = y = a
    (p, q), *r = b
    a.b += 1
    a[b] -= x
    a[1:y] = q
    del a[0], p.z, r
    if (n := g(x)) > 1:
        return n
    return f"{a}, {b!r:>{x}}"
