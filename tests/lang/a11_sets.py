s = {1, 2, 3}
print(s, len(s), set())
s.add(4)
s.add(1)
print(s, 2 in s, 9 in s)
s.discard(9)
s.discard(1)
s.remove(2)
print(s)
print({1, 2} | {2, 3}, {1, 2} & {2, 3}, {1, 2} - {2, 3}, {1, 2} ^ {2, 3})
print({1} < {1, 2}, {1, 2} <= {1, 2}, {1, 2} > {1}, {1} == {1}, {1} != {2}, {1, 3} < {1, 2})
print(set("hello") == {"h", "e", "l", "o"}, sorted(set("hello")))
print({1, 2}.union([3], (4,)), {1, 2, 3}.intersection([2, 3, 4]), {1, 2}.difference([2]), {1}.symmetric_difference([2]))
print({1}.issubset({1, 2}), {1, 2}.issuperset({1}), {1}.isdisjoint({2}))
s = {1}
s |= {2}
s.update([3], [4])
print(s)
s &= {2, 3, 4}
s -= {4}
s ^= {3, 5}
print(s)
try:
    s.remove(100)
except KeyError as e:
    print("KeyError", e)
f = frozenset([1, 2, 2])
print(f, frozenset(), len(f), hash(f) == hash(frozenset([2, 1])), f == {1, 2})
print({frozenset([1]): "x"}[frozenset([1])], f | {3}, {3} | f)
print(sum({1, 2, 3}), max({1, 5}), sorted({3, 1, 2}), bool(set()))
c = s.copy()
c.clear()
print(s, c)
print({x % 3 for x in range(10)})
try:
    {[]}
except TypeError as e:
    print(e)
print({1, 1.0, True}, {0, False, 0.0})
print(len({i % 100 for i in range(1000)}))
big = set(range(1000))
big -= set(range(0, 1000, 3))
print(len(big), 1 in big, 3 in big)
print([1 for x in {1: 2}], {None}, {(1, 2)})
p = {7}
print(p.pop(), p)
try:
    p.pop()
except KeyError as e:
    print(e)
