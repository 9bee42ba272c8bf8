def sum_to(n):
    t = 0
    i = 0
    while i < n:
        t += i
        i += 1
    return t
print(sum_to(100000))
def collatz(n):
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps
print(max((collatz(i), i) for i in range(1, 3000)))
def nested(n):
    c = 0
    for i in range(n):
        for j in range(i, n):
            if (i ^ j) & 1:
                c += i * j
            elif i == j:
                continue
            else:
                c -= 1
    return c
print(nested(150))
def mixed(n):
    x = 0
    for i in range(n):
        if i % 3 == 0: x = x + 1
        elif i % 3 == 1: x = x + 0.5
        else: x = x * 1
    return x
print(mixed(1000))
def grows(n):
    x = 1
    for i in range(n):
        x = x * 3 + i
    return x % 10 ** 9, x.bit_length()
print(grows(500))
def overflow():
    x = 2 ** 61 - 5
    seen = []
    for _ in range(10):
        x += 1
        seen.append(x)
    for _ in range(10):
        x -= 1
    return seen[3:7], x
print(overflow())
def down():
    x = -(2 ** 61) + 3
    for _ in range(6): x -= 1
    y = x
    for _ in range(6): y += 1
    return x, y
print(down())
def shifts():
    x, out = 1, []
    for i in range(70):
        x <<= 1
        if i % 10 == 0: out.append(x)
    for i in range(69): x >>= 1
    return out, x
print(shifts())
def types_change():
    r = []
    for v in (1, 2.5, "a", [1], (2,), None, True, 2 ** 70, 1j):
        try: r.append(v + v)
        except TypeError as e: r.append(str(e))
    return r
print(types_change())
class A:
    def __init__(self, v): self.v = v
    def get(self): return self.v
class B(A):
    def get(self): return self.v * 2
class C:
    get = lambda self: "c"
def poly(objs):
    return [o.get() for o in objs for _ in range(3)]
print(poly([A(1), B(2), C(), A("s"), B([3])]))
g = 0
def global_loop():
    global g
    for i in range(500): g += i
global_loop(); print(g)
def redefine():
    out = []
    for i in range(4):
        if i == 2: A.get = lambda self: "patched"
        out.append(A(i).get())
    return out
print(redefine())
def attr_loop():
    o = A(0)
    for i in range(300):
        o.v += i
        if i == 100: o.extra = 1
        if i == 200: del o.extra
    return o.v, vars(o)
print(attr_loop())
def list_loop():
    l = [0] * 50
    for r in range(20):
        for i in range(50): l[i] = l[i - 1] + i * r
    return l[::10], sum(l)
print(list_loop())
def early(n):
    for i in range(n):
        for j in range(n):
            if i * j == 42: return i, j
print(early(30), early(3))
def floats(n):
    x, y = 0.0, 1.0
    for i in range(1, n): x += 1.0 / i; y *= 1.0 + 1.0 / (i * i)
    return round(x, 10), round(y, 10)
print(floats(2000))
