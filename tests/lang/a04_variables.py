a = 1
b = a + 1
print(a, b)
a, b = b, a
print(a, b)
a = b = c = 5
print(a, b, c)
a += 1
b -= 2
c *= 3
print(a, b, c)
a //= 4
b **= 3
c %= 4
print(a, b, c)
a <<= 3
b >>= 2
c |= 8
print(a, b, c)
a ^= 5
b &= 6
c /= 2
print(a, b, c)
x, y, z = 1, 2, 3
print(x, y, z)
(x, y), z = (4, 5), 6
print(x, y, z)
[x, y] = [7, 8]
print(x, y)
s = "a"
s += "b"
s *= 3
print(s)
del x
try:
    print(x)
except NameError as e:
    print("NameError:", e)
n: int = 3
print(n)
i = 0
j = i = 7
print(i, j)
big = 1
big <<= 70
big += 1
print(big)
