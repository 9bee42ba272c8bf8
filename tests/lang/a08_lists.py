a = [1, 2, 3]
print(a, len(a), a[0], a[-1], [])
a.append(4)
a.extend([5, 6])
a.insert(0, 0)
print(a)
print(a.pop(), a.pop(0), a)
a.remove(3)
print(a, 4 in a, 3 in a)
a[0] = 10
a[1:2] = [20, 21, 22]
print(a)
del a[0]
print(a)
del a[1:3]
print(a)
print([1, 2] + [3], [0] * 3, 2 * [1, 2])
print([1, 2] == [1, 2], [1, 2] < [1, 3], [1] < [1, 0], [2] > [1, 5])
print(a.index(20), a.count(20))
b = [3, 1, 2]
b.sort()
print(b)
b.sort(reverse=True)
print(b)
b.reverse()
print(b, sorted([3, 1, 2]), sorted("bca", reverse=True), sorted([-3, 2, -1], key=abs))
c = b.copy()
c.clear()
print(b, c)
print(b[::2], b[::-1], b[1:], b[:-1], b[5:], b[-10:2])
m = [[0] * 3 for _ in range(2)]
m[0][1] = 5
print(m)
shared = [[]] * 2
shared[0].append(1)
print(shared)
print(sum([1, 2, 3]), max([1, 5, 3]), min([4, 2, 8]), any([0, 1]), all([1, 0]))
print(list(range(5)), list("ab"), list((1, 2)), list())
a = [1, 2, 3]
a += [4]
a *= 2
print(a)
x = [1, 2, 3, 4, 5, 6]
x[::2] = [10, 30, 50]
print(x)
del x[::2]
print(x)
for i, v in enumerate(["a", "b"]):
    print(i, v)
for p, q in zip([1, 2, 3], "ab"):
    print(p, q)
r = []
r.append(r)
print(r)
print([1, [2, [3, []]]], [None, True, 1.5, "s"])
print(list(reversed([1, 2, 3])), list(map(lambda v: v * v, [1, 2])), list(filter(None, [0, 1, "", "a"])))
print([1, 2, 3].__contains__(2), [] is [], [1, 1.0, True].count(1))
