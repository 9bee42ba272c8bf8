def f(x):
    for i in x:
        try:
            g(i)
        except (A, B) as e:
            print(e)
            continue
        except C:
            break
        else:
            h()
        finally:
            done()
    try:
        return x
    finally:
        x = None
