def f(n):
    i = s = 0
    while i < n:
        if i % 3 == 0:
            i += 1
            continue
        s += i * 2
        i += 1
        if s > 100:
            break
    else:
        s = -1
    return s
