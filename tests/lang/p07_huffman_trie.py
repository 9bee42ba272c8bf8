import heapq
from collections import Counter
def codes(text):
    heap = [(n, i, ch) for i, (ch, n) in enumerate(sorted(Counter(text).items()))]
    heapq.heapify(heap); count = len(heap)
    while len(heap) > 1:
        a, b = heapq.heappop(heap), heapq.heappop(heap)
        heapq.heappush(heap, (a[0] + b[0], count, (a[2], b[2]))); count += 1
    table = {}
    def walk(node, prefix):
        if isinstance(node, str): table[node] = prefix or "0"
        else: walk(node[0], prefix + "0"); walk(node[1], prefix + "1")
    walk(heap[0][2], "")
    return table
def decode(bits, table):
    back = {v: k for k, v in table.items()}; out, cur = [], ""
    for b in bits:
        cur += b
        if cur in back: out.append(back[cur]); cur = ""
    return "".join(out)
for text in ("mississippi river", "aaaa", "the quick brown fox jumps over the lazy dog"):
    t = codes(text); bits = "".join(t[c] for c in text)
    print(len(bits), decode(bits, t) == text, sorted(t.items(), key=lambda kv: (len(kv[1]), kv[1]))[:4])
class Trie:
    __slots__ = ("kids", "end")
    def __init__(self, words=()):
        self.kids, self.end = {}, False
        for w in words: self.add(w)
    def add(self, w):
        node = self
        for c in w: node = node.kids.setdefault(c, Trie())
        node.end = True
    def __contains__(self, w):
        node = self.find(w); return node is not None and node.end
    def find(self, p):
        node = self
        for c in p:
            node = node.kids.get(c)
            if node is None: return None
        return node
    def __iter__(self): yield from self.words("")
    def words(self, prefix):
        if self.end: yield prefix
        for c in sorted(self.kids): yield from self.kids[c].words(prefix + c)
    def complete(self, p):
        node = self.find(p); return list(node.words(p)) if node else []
    def __len__(self): return self.end + sum(map(len, self.kids.values()))
t = Trie("car card care cat dog do done".split())
print(list(t), len(t), "car" in t, "ca" in t, "x" in t, t.complete("car"), t.complete("z"), t.complete("do"))
def edit(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        prev, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            prev, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, prev + (x != y))
    return row[-1]
print(edit("kitten", "sitting"), edit("", "abc"), edit("same", "same"), min(t, key=lambda w: (edit(w, "cord"), w)))
def lcs(a, b):
    m = [[""] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            m[i + 1][j + 1] = m[i][j] + x if x == y else max(m[i][j + 1], m[i + 1][j], key=len)
    return m[-1][-1]
print(lcs("AGGTAB", "GXTXAYB"), lcs("abc", "xyz"), len(lcs("abcde" * 5, "badce" * 5)))
