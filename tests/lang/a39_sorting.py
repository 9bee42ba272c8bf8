print(sorted([3, 1, 2]), sorted([]), sorted([1]), sorted([2, 1]), sorted((3, 2, 1)), sorted({3, 1}))
print(sorted({"b": 1, "a": 2}))
print(sorted([3, 1, 2], reverse=True), sorted(["b", "A", "c"]), sorted(["b", "A", "c"], key=str.lower))
pairs = [(1, "a"), (0, "b"), (1, "c"), (0, "d"), (1, "e")]
print(sorted(pairs, key=lambda p: p[0]), sorted(pairs, key=lambda p: p[0], reverse=True))
print(sorted([1.5, 1, 0.5, True]), sorted([float("inf"), 1, float("-inf")]), sorted([2 ** 70, 1, -2 ** 70]))
print(sorted([(1, 2), (1, 1), (0, 5)]), sorted([[2], [1, 5], [1]]), sorted(["aa", "a", "b", ""]))
print(sorted([b"b", b"a"]))
x = 12345
vals = []
for i in range(500):
    x = (x * 1103515245 + 12345) % 2147483648
    vals.append(x % 1000)
s = sorted(vals)
print(s[:10], s[-10:], all(s[i] <= s[i + 1] for i in range(499)), sorted(vals, reverse=True) == s[::-1])
recs = [(v % 10, i) for i, v in enumerate(vals)]
recs.sort(key=lambda r: r[0])
print(all(recs[i][0] < recs[i + 1][0] or recs[i][1] < recs[i + 1][1] for i in range(499)))
recs.sort(key=lambda r: r[0], reverse=True)
print(all(recs[i][0] > recs[i + 1][0] or recs[i][1] < recs[i + 1][1] for i in range(499)))
a = list(range(100))
a.sort()
print(a == list(range(100)))
a.sort(reverse=True)
print(a[:3])
a.sort(key=lambda v: v % 7)
print(a[:20])
def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)
err(lambda: sorted([1, "a"]))
err(lambda: sorted(["a", 1]))
err(lambda: sorted([1, None, 2]))
err(lambda: sorted([[1], (1,)]))
err(lambda: sorted([1j, 2j]))
err(lambda: sorted([1, 2], key=lambda v: 1 / 0))
err(lambda: sorted([1], lambda v: v))
err(lambda: sorted([{}, {}]))
b = [3, 2, 1]
def mutate(v):
    b.append(v)
    return v
err(lambda: b.sort(key=mutate))
print(b)
c = [3, 1, 2]
err(lambda: c.sort(key=lambda v: v if v != 2 else 1 / 0))
print(c)
class OnlyLt:
    def __init__(self, v): self.v = v
    def __lt__(self, o): return self.v < o.v
    def __repr__(self): return "O%d" % self.v
print(sorted([OnlyLt(3), OnlyLt(1), OnlyLt(2)]), min([OnlyLt(2), OnlyLt(1)]))
print(sorted([OnlyLt(1), OnlyLt(2)], reverse=True))
err(lambda: max([OnlyLt(1), OnlyLt(2)]))
class Raises:
    def __lt__(self, o): raise ValueError("cmp")
err(lambda: sorted([Raises(), Raises()]))
import functools
print(sorted([5, 3, 8], key=functools.cmp_to_key(lambda p, q: q - p)))
print(min([3, 1, 2], key=lambda v: -v), max("apple", "fig", "banana", key=len), min((2, "b"), (2, "a")))
print(max([1, 1.0]), max([1.0, 1]))
print(sorted([3, 1, 2], key=None), [1, 2, 3].sort(), sorted("hello world".split(), key=lambda w: w[-1]))
err(lambda: max([1, "a"]))
err(lambda: min(key=len))
err(lambda: max(1, 2, default=3))
n = [float("nan"), 1.0, 2.0]
print(sorted(n)[1:])
words = "the quick brown fox jumps over the lazy dog".split()
print(sorted(words), sorted(words, key=len), sorted(set(words), key=lambda w: (-len(w), w)))
big = [(i * 7919) % 10007 for i in range(2000)]
big.sort()
print(big[0], big[-1], sum(big), big == sorted(big[::-1]))
runs = list(range(100)) + list(range(50, 150)) + list(range(100, 0, -1))
print(sorted(runs)[::30], sorted(runs, reverse=True)[::30])
