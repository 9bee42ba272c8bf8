print([x for x in range(5)])
print([x * x for x in range(10) if x % 2])
print([(x, y) for x in range(3) for y in range(x)])
print([[y for y in range(x)] for x in range(4)])
print({x: x * x for x in range(4)})
print({x % 3 for x in range(10)})
print(list(x + 1 for x in range(3)))
print(sum(x for x in range(10)), max(x % 4 for x in range(10)))
print([x for x in range(20) if x % 2 if x % 3])
x = "outer"
print([x for x in range(3)], x)
print([a + b for a, b in [(1, 2), (3, 4)]])
print([a for a, *_ in [(1, 2, 3), (4,)]])

def f(n):
    return [n * i for i in range(n)]

print(f(4))

def g(n):
    return [lambda: n + i for i in range(3)]

print([h() for h in g(10)])
print([(lambda v: v * 2)(i) for i in range(3)])
print({k: [v for v in range(k)] for k in range(3)})
print([y := 5, y * 2], y)
print([last := i for i in range(4)], last)
print([i if i % 2 else -i for i in range(5)])
gen = (i for i in [1, 2, 3])
print(next(gen), list(gen), list(gen))

class C:
    n = 3
    items = [i for i in range(n)]
    print(items)

try:
    class D:
        n = 3
        bad = [n for i in range(2)]
    print(D.bad)
except NameError as e:
    print("NameError:", e)
print([*range(3), *"ab"], {*[1, 2], *[2, 3]}, {**{"a": 1}})
print("".join(c.upper() for c in "abc" if c != "b"))
print([i for i in range(5) for i in range(i)])
print(any(i > 3 for i in range(10)), all(i < 5 for i in range(10)))
matrix = [[1, 2, 3], [4, 5, 6]]
print([[row[i] for row in matrix] for i in range(3)])
print({(i, j): i * j for i in range(2) for j in range(2)})
