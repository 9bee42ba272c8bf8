if (n := len("hello")) > 3:
    print(n)
while (line := next(it := iter(["a"]), None)) is not None and n > 3:
    print(line, n)
    n -= 1
print([y for x in range(5) if (y := x * 2) > 3], y)
def f(a, b=(c := 5)):
    return a + b
print(f(1), c)
print((lambda: (z := 3) + z)())
print(1 if True else 2 if False else 3, (1 if 0 else 2) if 1 else 3)
print(not True or True, not (True or True), 1 or 1 / 0, 0 and 1 / 0)
print(1 < 2 < 3, 1 < 3 < 2, 3 > 2 >= 2 != 1, 1 == 1 in [True])
print(2 ** 3 ** 2, -2 ** 2, 2 ** -1, (-2) ** 2, 1 - 2 - 3, 2 * 3 % 4, 7 // 2 * 2, 1 << 2 + 1, 5 & 3 == 1, ~1 + 1)
print(*[1, 2], *"ab", sep=",")
print(*(), sep="x")
x = y = [1]
x += [2]
print(y, x is y)
x = x + [3]
print(y, x is y)
t = ([1],)
try:
    t[0] += [2]
except TypeError as e:
    print(e, t)
a = [1, 2, 3]
a[a.index(2)], a[0] = 9, 8
print(a)
def order(n):
    print("eval", n)
    return n
{order(1): order(2), order(3): order(4)}
[order(5), order(6)][order(0)]
order(1) + order(2) * order(3)
order(1) if order(0) else order(2)
def args(*a, **k): return a, k
print(args(order(1), *[order(2)], k=order(3), **{"z": order(4)}))
d = {}
d[order("key")] = order("value")
lst = [0, 0]
lst[order(0)] += order(5)
print(lst, d)
order(1) < order(2) < order(3)
order(5) < order(2) < order(3)
def g():
    """doc string"""
    "another string"
    return g.__doc__
print(g())
def h(): ...
print(h(), h.__doc__)
print(0xFF, 0b1010, 0o17, 1e3, 1_0, 1j, 0xdeadBEEF, 00, 0_0)
print("a" "b" 'c' """d""", r"\n" "\n".strip() + "x")
print((1), (1,), (), [], [1,], {1,}, {1: 2,})
if 1: print("one line"); print("two")
for i in range(2): print(i); print(i * 2)
class A: x = 1; y = 2
print(A.x, A.y)
x = 5; y = 6; print(x, y)
z = \
    7
print(z)
s = 'it\'s \
joined'
print(s)
assert (1, 2)[0] == 1, "x"
print(type(lambda: 0).__name__, (lambda x, *y, z=1, **w: (x, y, z, w))(1, 2, z=3, q=4))
print([*range(3), *[7]][-1], {**{}, "a": 1}["a"], [[1, 2], [3]][0][1], "abc"[1:][0], (1, 2)[::-1])
print(__name__, print.__name__, f.__name__, (lambda: 0).__name__, [].append.__name__)
del x, y
try:
    x
except NameError as e:
    print(e)
print(True is not False, None is not None, 1 not in [2], not 1 in [1])
def noret(): return
print(noret(), (lambda: None)())
print(True if [] else False, [] or "default", "" or 0 or None, 1 and 2 and 3)
if True:
    if False: pass
    else: print("inner else")
else:
    print("outer else")
global_counter = 0
def side():
    global global_counter
    global_counter += 1
    return global_counter
print([side(), side()], side() + side() * 10, {side(): side()})
