def f(n):
    total = 0
    for i in range(n):
        total += i
    for k, v in {}.items():
        print(k, v)
    return total
