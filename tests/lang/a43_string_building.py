s = ""
for i in range(30):
    s += chr(97 + i % 26)
print(s, len(s))
print("".join(str(i) for i in range(20)), "-".join(["a"] * 5), "ab" * 10)
parts = []
for word in "the quick brown fox".split():
    parts.append(word[0].upper() + word[1:])
print(" ".join(parts), "".join(reversed("hello")), "hello"[::-1])
def caesar(t, k):
    out = []
    for c in t:
        if c.isalpha():
            b = ord("a") if c.islower() else ord("A")
            c = chr((ord(c) - b + k) % 26 + b)
        out.append(c)
    return "".join(out)
print(caesar("Hello, World!", 3), caesar(caesar("Hello, World!", 3), -3))
def palindrome(t):
    t = [c.lower() for c in t if c.isalnum()]
    return t == t[::-1]
print(palindrome("A man, a plan, a canal: Panama"), palindrome("nope"))
def rle(t):
    out, i = "", 0
    while i < len(t):
        j = i
        while j < len(t) and t[j] == t[i]:
            j += 1
        out += t[i] + (str(j - i) if j - i > 1 else "")
        i = j
    return out
print(rle("aaabbc"), rle(""), rle("abc"))
print("\n".join("*" * i + "." * (5 - i) for i in range(6)))
for row in [("name", "qty"), ("apple", 3), ("kiwi", 12)]:
    print(str(row[0]).ljust(8) + str(row[1]).rjust(5))
print(max("banana", key="banana".count), sorted(set("banana")), {c: "banana".count(c) for c in "abn"})
text = "one two  three\tfour\nfive"
print(text.split(), text.split(" "), len(text.splitlines()), text.title(), text.count("o"))
def wrap(t, n):
    lines, cur = [], ""
    for w in t.split():
        if cur and len(cur) + 1 + len(w) > n:
            lines.append(cur)
            cur = w
        else:
            cur = cur + " " + w if cur else w
    return lines + [cur]
for l in wrap("the quick brown fox jumps over the lazy dog and runs", 16):
    print(l.center(16) + "|")
print("é" + "ü" + "€" + "𝄞", len("é€𝄞"), "é€𝄞"[1:], [hex(ord(c)) for c in "é€𝄞"], "𝄞é"[::-1], "aé" < "b")
u = "x"
for i in range(12):
    u = u + u
print(len(u), u.count("x"), hash(u) == hash("x" * 4096))
v = "start"
w = v
v += "!"
print(v, w)
