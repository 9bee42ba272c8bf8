def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

a = [3, 1, 2]
print(a.copy(), a.index(1), a.index(2, 1), a.index(3, -3), a.count(9), a.__add__([4]), a.__mul__(2))
print(a.__contains__(1), a.__len__(), a.__getitem__(slice(1)), a.__eq__([3]), a.__lt__([4]))
print(a.__iadd__((5,)), a, a.__imul__(1), a.__reversed__().__length_hint__(), a.__sizeof__() > 0)
print(a.__repr__())
a.insert(100, "end")
a.insert(-100, "start")
a.insert(-1, "near")
print(a)
a.extend("xy")
a.extend({1: 2})
a.extend(i for i in range(2))
a += "z"
print(a, a.pop(-2), a.pop(1))
a.remove("x")
a.reverse()
print(a)
a[len(a):] = ["tail"]
a[:0] = ["head"]
print(a, a * 0, a[:2] * 2)
del a[1:-1]
print(a)
a *= 2
print(a)
a.clear()
print(a, [] * 5, [None] * 2, [[]] * 2)
x = [1, 2, 3]
x.extend(x)
print(x)
x[1:3] = x
print(x)
x.sort(key=str, reverse=True)
print(x)
x[::2] = [0] * len(x[::2])
print(x)
del x[-1:0:-2]
print(x)
print([1, 2] < [1, 2, 0], [2] > [1, 9], [] < [0], [1, [2]] == [1, [2]], [1] != [1.0], [1, "a"] == [1, "a"])
for bad in (lambda: [].remove(1), lambda: [1].index(2), lambda: [].pop(), lambda: [1].pop(5),
    lambda: [1].insert(), lambda: [1] + (2,), lambda: [1] * [2], lambda: [1].extend(None),
    lambda: [1].sort(5), lambda: [3, "a"].sort(), lambda: [1].__setitem__(5, 1), lambda: [].__delitem__(0),
    lambda: [1] < (1,), lambda: [1].copy(1), lambda: list(a=1), lambda: [1, 2].index(2, 0, 1),
    lambda: [1].reverse(1), lambda: [1].__getitem__("a"), lambda: [1].count(), lambda: list.append([]),
    lambda: [1, 2, 3].__setitem__(slice(None, None, 2), [1]), lambda: [1].pop("x"), lambda: [1].pop(1.0)):
    err(bad)
d = dict(a=1, b=2)
print(d.copy(), d.get("q"), d.get("q", 5), d.pop("a"), d.pop("zz", "no"), d.setdefault("n"))
print(d.setdefault("b", 9), d, d.popitem(), d.update(), d.update([("x", 1)], y=2), d, d | {"x": 5})
print({"z": 0} | d, d.__or__({1: 1}), list(d.items()), dict.fromkeys("ab"), dict.fromkeys([1], []))
print(d.__contains__("b"), d.keys() & {"b", "q"}, sorted(d.keys() | {"q"}), d.keys() - {"b"} == {"x", "y"})
print(d.items() & {("b", 2)}, ("b", 2) in d.items(), 2 in d.values(), len(d.keys()))
print(d.keys() == {"b", "x", "y"}, d.keys() <= {"b", "x", "y", "z"}, d.keys().isdisjoint({1}))
print(list(reversed(d.values())), d.keys().mapping["b"])
d2 = {}
d2["k"] = d2.get("k", 0) + 1
d2[None] = d2[()] = d2[1.5] = "v"
d2[True] = "t"
d2[1] = "one"
print(d2, d2[1.0], len(d2))
del d2[None]
d2[None] = "again"
print(list(d2))
d2.clear()
print(d2, {**d, **d2}, dict(d, b=9), dict(zip("ab", [1, 2])), dict({"a": 1}.items()))
print({i: i for i in range(3)} == dict(enumerate(range(3))), {1: 2} != {1: 3}, {1: {2: 3}})
print(dict([["a", 1]]), dict(("ab", "cd")))
d |= [("w", 1)]
print(d)
for bad in (lambda: {}["x"], lambda: {}.pop("x"), lambda: {}.popitem(), lambda: {[]: 1}, lambda: dict([1]),
    lambda: dict([(1,)]), lambda: {}.update([1]), lambda: {}.update(5), lambda: {} | 5, lambda: {} + {},
    lambda: {} < {}, lambda: {}.get(), lambda: {}.get([]), lambda: {}.setdefault([]), lambda: {}.fromkeys(),
    lambda: dict(**{1: 2}), lambda: {}.keys() + 1, lambda: {}.keys()[0], lambda: hash({}),
    lambda: {}.__delitem__("x"), lambda: {1: 2}.items() & 5, lambda: {}.pop(), lambda: next(iter({})),
    lambda: {}.values().foo, lambda: {}.update(a=1, **{"a": 2})):
    err(bad)
def mod():
    e = {1: 1, 2: 2}
    for k in e: del e[k]
err(mod)
def mod2():
    e = {1: 1}
    for k in e: e.pop(k); e[k + 1] = 0
    return e if len(e) < 5 else 0
err(mod2)
class K:
    def __init__(self, v): self.v = v
    def __hash__(self): return 1
    def __eq__(self, o): return isinstance(o, K) and self.v == o.v
    def __repr__(self): return "K%d" % self.v
e = {K(i): i for i in range(5)}
print(e, e[K(3)], K(9) in e, e.pop(K(1)), e, len({K(1), K(1), K(2)}))
class BadEq:
    def __hash__(self): return 1
    def __eq__(self, o): raise ValueError("eq")
err(lambda: {BadEq(): 1, BadEq(): 2})
err(lambda: {BadEq(): 1}.get(K(1)))
err(lambda: [BadEq()].index(1))
err(lambda: 1 in [BadEq()])
b = BadEq()
print(b in [b], {b: 1}[b])
class BadHash:
    def __hash__(self): raise TypeError("no hash")
err(lambda: {BadHash(): 1})
err(lambda: {BadHash()})
err(lambda: BadHash() in {})
s = {1, 2, 3}
print(s.union([4], (5,)), s.intersection({1, 2}, [2]), s.difference([1], [2]))
print(s.symmetric_difference([3, 4]), s.issubset(range(9)), s.issuperset([1]), s.isdisjoint([7]), s | {9})
print(s & {1}, s - {1}, s ^ {1, 7}, s < {1, 2, 3, 4}, s <= s, s > {1}, s >= s, s == {3, 2, 1}, s != {1})
print(s.copy() is s, frozenset(s).copy() == s)
s.update([7], {8})
s.intersection_update([1, 7, 8])
s.difference_update([8])
s.symmetric_difference_update([1, 5])
s.add(5)
s.discard(99)
print(s, len(s), s.pop() in (5, 7))
f = frozenset([1, 2])
print(f | {3}, {3} | f, type({3} | f).__name__, type(f | {3}).__name__, f == {1, 2})
print(hash(f) == hash(frozenset([2, 1])), {f: 1}[frozenset({1, 2})], f in {f}, {1, 2} in {f})
print(repr(frozenset()), repr(f), set("aab") == {"a", "b"})
for bad in (lambda: set().pop(), lambda: {1}.remove(2), lambda: {1}.remove([]), lambda: {[]},
    lambda: {1} | [1], lambda: {1} < [1], lambda: {1}.update(5), lambda: set(5), lambda: hash(set()),
    lambda: frozenset().add(1), lambda: {1} + {2}, lambda: {1}.add(), lambda: set(1, 2), lambda: {1}.union(5),
    lambda: {1} & 5, lambda: {1}.__ior__([1]), lambda: set().discard([]), lambda: {1}.issubset(5),
    lambda: {1} == [1], lambda: {1, "a"} > {1}):
    err(bad)
t = (1, 2, 2)
print(t.count(2), t.index(2), t.index(2, 2), t + (), () + t, t * 2, t[::-1], t == (1, 2, 2), t < (1, 3))
print(hash(t) == hash((1, 2, 2)), t.__add__((3,)), t.__contains__(1), tuple(t) is t, t[:] is t, t[1:])
print((t, t))
err(lambda: t.index(9))
err(lambda: t + [1])
err(lambda: t[5])
err(lambda: t.__setitem__)
err(lambda: tuple(1, 2))
err(lambda: (1,) < (None,))
err(lambda: (1, 2).index(1, "a"))
err(lambda: t * "a")
err(lambda: ([],).__hash__())
r = range(0, 20, 3)
print(r, len(r), r[2], r[-1], r[1:4], r[::-1], 9 in r, 10 in r, "a" in r, r.index(9), r.count(9))
print(r.count(4), r == range(0, 21, 3), hash(range(0)) == hash(range(5, 5)), r.start, r.stop, r.step)
print(list(reversed(r)), range(5) == range(0, 5, 1), range(0) == range(2, 1), range(10 ** 20)[10 ** 19])
print(list(range(3, -3, -2)), len(range(-5, 5)), bool(range(0)), 3.0 in r, True in range(2))
print(repr(range(1, 2)), range(10)[-3:], max(range(5)), sum(range(10 ** 5)))
print(range(5).__reversed__().__next__(), iter(range(3)).__length_hint__())
print(list(range(2 ** 62, 2 ** 62 + 2)))
err(lambda: range(1, 2, 3, 4))
err(lambda: range("a"))
err(lambda: r[99])
err(lambda: range(5).index(7))
err(lambda: range(5) < range(6))
err(lambda: setattr(r, "start", 1))
err(lambda: range(5)["a"])
err(lambda: range(stop=5))
