def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

from collections import *
import collections
d = deque([1, 2, 3])
d.append(4)
d.appendleft(0)
print(d, d.pop(), d.popleft(), len(d), d[0], d[-1], 2 in d)
d.rotate(1)
print(d)
d.rotate(-2)
print(d)
d.extend([7, 8])
d.extendleft([9, 10])
print(d, d.index(7), d.count(7))
d.remove(7)
d.insert(1, "i")
d.reverse()
print(d)
del d[0]
d[0] = "z"
print(d, d.copy() == d, d < deque(["zz"]) if False else "", d * 0, deque("ab") + deque("c"), deque("ab") * 2)
m = deque(range(5), maxlen=3)
print(m, m.maxlen)
m.append(9)
print(m)
m.appendleft(8)
print(m)
err(lambda: m.insert(0, 1))
err(lambda: deque(maxlen=-1))
err(lambda: deque().pop())
err(lambda: deque().popleft())
err(lambda: d[100])
err(lambda: d.remove("nope"))
err(lambda: d.index("nope"))
err(lambda: hash(d))
err(lambda: d[0:1])
print(list(reversed(m)), repr(deque()), deque([1]) == [1], bool(deque()))
def mut():
    q = deque([1, 2])
    for x in q: q.append(x)
err(mut)
c = Counter("mississippi")
print(c, c.most_common(2), c["z"], c.total(), sorted(c.elements())[:3], c + Counter("ms"))
print(c - Counter("iiiiz"), c & Counter("misq"), c | Counter(m=5), +Counter(a=-1, b=2), -Counter(a=-1))
c.update("zz")
c.subtract({"i": 10})
print(c, c.pop("z"), dict(c), Counter(a=1) == Counter(a=1, b=0), Counter(a=1) <= Counter(a=2))
del c["nope"]
err(lambda: Counter(1, 2))
print(Counter([1, 1, 2]).most_common(), Counter({"x": 2}), Counter(), Counter(a=3).copy())
dd = defaultdict(list)
dd["a"].append(1)
print(dd, dd["b"], len(dd), dd.get("c"), "c" in dd, dd.default_factory)
err(lambda: defaultdict()["x"])
err(lambda: defaultdict(5))
ddd = defaultdict(lambda: defaultdict(int))
ddd["x"]["y"] += 1
print(ddd["x"]["y"], dd | {"z": 1}, dd.copy() == dd, defaultdict(int, a=1))
od = OrderedDict([("a", 1), ("b", 2), ("c", 3)])
od.move_to_end("a")
print(od, list(od))
od.move_to_end("c", last=False)
print(list(od), od.popitem(), od.popitem(last=False), od)
print(OrderedDict(a=1, b=2) == OrderedDict(b=2, a=1), OrderedDict(a=1) == {"a": 1})
print(list(reversed(OrderedDict(a=1, b=2))))
err(lambda: od.move_to_end("zz"))
err(lambda: OrderedDict().popitem())
P = namedtuple("P", "x y")
p = P(1, 2)
print(p, p.x, p[1], p._asdict(), p._replace(x=5), P._fields, P._make([3, 4]), p == (1, 2), hash(p) == hash((1, 2)), P(y=1, x=0), *p)
err(lambda: P(1))
err(lambda: P(1, 2, 3))
err(lambda: setattr(p, "x", 1))
err(lambda: p._replace(z=1))
Q = namedtuple("Q", ["a", "b", "c"], defaults=[8, 9])
print(Q(1), Q._field_defaults, Q.__doc__, P.x.__doc__)
err(lambda: namedtuple("1x", "a"))
err(lambda: namedtuple("X", "a a"))
err(lambda: namedtuple("X", "_a"))
err(lambda: namedtuple("X", "def"))
print(namedtuple("R", "a def a", rename=True)._fields)
class P3(P):
    def total(self): return self.x + self.y
print(P3(1, 2).total(), P3(1, 2), isinstance(P3(1, 2), P))
match p:
    case P(x=1, y=b): print("matched", b)
cm = ChainMap({"a": 1}, {"a": 2, "b": 3})
print(cm["a"], cm["b"], len(cm), sorted(cm), cm.new_child({"c": 4})["c"], cm.parents, cm.maps)
cm["b"] = 9
print(cm.maps[0])
err(lambda: cm["zz"])
del cm["b"]
err(lambda: cm.__delitem__("b"))
class UD(UserDict):
    def __setitem__(self, k, v): super().__setitem__(k.lower(), v)
u = UD(A=1)
u["B"] = 2
print(u, u.data, "a" in u)
class_ul = UserList([1, 2])
print(class_ul + [3], class_ul[0], UserString("abc").upper(), UserString("a") + "b")
import collections.abc as abc
print(isinstance([], abc.Sequence), isinstance({}, abc.Mapping), isinstance(set(), abc.MutableSet))
print(isinstance(iter([]), abc.Iterator), isinstance(5, abc.Hashable), isinstance([], abc.Hashable))
print(isinstance(len, abc.Callable), isinstance((x for x in []), abc.Generator))
print(isinstance("", abc.Sequence), isinstance(b"", abc.Buffer), isinstance(range(1), abc.Sequence))
print(isinstance({}.keys(), abc.KeysView), issubclass(dict, abc.MutableMapping))
class S(abc.Sequence):
    def __getitem__(self, i): return [10, 20, 30][i]
    def __len__(self): return 3
print(list(S()), 20 in S(), S().index(30), S().count(10), list(reversed(S())))
err(lambda: abc.Sequence())
err(lambda: type("X", (abc.Mapping,), {})())
class MM(abc.MutableMapping):
    def __init__(self): self.d = {}
    def __getitem__(self, k): return self.d[k]
    def __setitem__(self, k, v): self.d[k] = v
    def __delitem__(self, k): del self.d[k]
    def __iter__(self): return iter(self.d)
    def __len__(self): return len(self.d)
mm = MM()
mm.update(a=1, b=2)
print(dict(mm), mm.pop("a"), mm.setdefault("q", 5), sorted(mm.items()), "b" in mm, mm.get("zz"))
print(mm == {"b": 2, "q": 5}, mm.popitem())
