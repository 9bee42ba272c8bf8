def f(a, b, *c, d=1, **e):
    g(a, b, x=1)
    g(*c, **e)
    g(a, *c, d=d, **e)
    a.method(b)
    a.method(b, key=c)
    return g()(b)[0].x
