data = {"users": [{"name": "ann", "tags": ["x", "y"], "age": 30}, {"name": "bob", "tags": [], "age": 25}], "meta": {"count": 2, "pos": (1, (2, 3))}}
print(data["users"][0]["tags"][-1], data["meta"]["pos"][1][0], len(data["users"]))
data["users"][1]["tags"] += ["z"]
data["users"].append({"name": "cat", "tags": ["x"], "age": 35})
data["meta"]["count"] += 1
for user in data["users"]:
    print(user["name"], ",".join(user["tags"]) or "-", user["age"])
by_tag = {}
for user in data["users"]:
    for tag in user["tags"]:
        by_tag.setdefault(tag, []).append(user["name"])
print(by_tag)
print(sorted(data["users"], key=lambda u: -u["age"])[0]["name"])
print([u["name"] for u in data["users"] if u["age"] > 26], {u["name"]: u["age"] for u in data["users"]})
print(sum(u["age"] for u in data["users"]) / len(data["users"]))
print(max(data["users"], key=lambda u: len(u["tags"]))["name"])
grid = [[i * j for j in range(4)] for i in range(3)]
print(grid, [list(c) for c in zip(*grid)], [row[::-1] for row in grid], sum(map(sum, grid)))
print([x for row in grid for x in row if x])
grid[1][2] = "*"
del grid[0][1:3]
print(grid)
def flatten(v):
    if isinstance(v, (list, tuple)):
        return [x for item in v for x in flatten(item)]
    return [v]
print(flatten([1, [2, (3, [4])], [], [[[5]]]]))
def depth(v):
    return 1 + max((depth(x) for x in v), default=0) if isinstance(v, list) else 0
print(depth([1, [2, [3]]]), depth([]), depth(5))
def walk(v, path=()):
    if isinstance(v, dict):
        for k in v:
            yield from walk(v[k], path + (k,))
    elif isinstance(v, list):
        for i, x in enumerate(v):
            yield from walk(x, path + (i,))
    else:
        yield ".".join(map(str, path)), v
for p, v in walk(data):
    print(p, "=", v)
