d = {"a": 1, "b": 2}
print(d, len(d), d["a"], {})
d["c"] = 3
d["a"] = 10
print(d, "a" in d, "z" in d, "z" not in d)
print(d.get("a"), d.get("z"), d.get("z", 0))
print(list(d), list(d.keys()), list(d.values()), list(d.items()))
del d["b"]
print(d)
print(d.pop("a"), d.pop("z", None), d)
d.update({"x": 1}, y=2)
print(d)
print(d.setdefault("x", 5), d.setdefault("w", 5), d)
print(d.popitem(), d)
for k in d:
    print(k, d[k])
for k, v in d.items():
    print(k, v)
e = dict(a=1, b=2)
print(e, dict([("x", 1), ("y", 2)]), dict(e, c=3), dict.fromkeys("ab", 0), dict.fromkeys([1, 2]))
print({1: "a", 1.0: "b", True: "c"})
print({**e, "z": 9}, {"a": 0, **e})
print(e == {"b": 2, "a": 1}, e != {})
print(e | {"b": 3, "q": 4})
e |= {"n": 1}
print(e)
f = e.copy()
f.clear()
print(e, f)
print({(1, 2): "t", None: "n", 1.5: "f"})
try:
    d["missing"]
except KeyError as k:
    print("KeyError", k)
print(d.keys() & {"x"}, sorted(e.keys() - {"a"}), sorted(e.keys() | {"zz"}))
print({"a": {"b": {"c": []}}})
print(list(reversed(e)), list(reversed(e.items())))
counts = {}
for ch in "mississippi":
    counts[ch] = counts.get(ch, 0) + 1
print(counts)
big = {}
for i in range(1000):
    big[i] = i * i
for i in range(0, 1000, 2):
    del big[i]
print(len(big), big[999], 998 in big, sum(big), list(big)[:3])
print(bool({}), bool({1: 2}))
r = {}
r["self"] = r
print(r)
print(e.keys(), e.values(), e.items())
