t = (1, 2, 3)
print(t, len(t), t[0], t[-1], t[1:], (), (1,), 1,)
print(t + (4,), t * 2, 2 in t, t.index(2), t.count(1))
print((1, 2) == (1, 2), (1, 2) < (1, 3), (1,) < (1, 0), () < (0,))
a, b, c = t
print(a, b, c)
a, *rest = t
print(a, rest)
*init, last = t
print(init, last)
first, *middle, last = (1, 2)
print(first, middle, last)
(a, b), [c, d] = (1, 2), [3, 4]
print(a, b, c, d)
print(tuple([1, 2]), tuple("ab"), tuple(), tuple(range(3)))
print(hash((1, 2)) == hash((1, 2)), {(1, 2): "x"}[(1, 2)])
print((1, "a", None, (2.5, [3])))
x = 1,
print(x, (x), (x,))
print(t[::-1], t[0:0], t[-2:])
for i in (1, 2):
    print(i)
print(max((3, 1)), sorted((3, 1, 2)), sum((1, 2)))
t += (9,)
print(t)
print((*t, *[1]), [*t])
print((1, 2) != (1, 2, 3), (1, 2.0) == (1.0, 2))
try:
    t[0] = 5
except TypeError as e:
    print(e)
