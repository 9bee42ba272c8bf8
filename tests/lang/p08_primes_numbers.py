from functools import lru_cache, reduce
from itertools import count, takewhile, islice
from math import gcd, isqrt
def sieve(n):
    flags = bytearray([1]) * (n + 1); flags[:2] = b"\0\0"
    for i in range(2, isqrt(n) + 1):
        if flags[i]: flags[i * i::i] = bytes(len(range(i * i, n + 1, i)))
    return [i for i, f in enumerate(flags) if f]
p = sieve(5000)
print(len(p), p[:10], p[-1], sum(p))
def primes():
    found = {}
    for n in count(2):
        if n in found:
            for q in found.pop(n): found.setdefault(n + q, []).append(q)
        else: yield n; found[n * n] = [n]
print(list(islice(primes(), 20)), list(takewhile(lambda x: x < 30, primes())))
def factor(n):
    out, d = {}, 2
    while d * d <= n:
        while n % d == 0: out[d] = out.get(d, 0) + 1; n //= d
        d += 1 + (d > 2)
    if n > 1: out[n] = out.get(n, 0) + 1
    return out
print([factor(n) for n in (2, 12, 97, 360, 1001, 2 ** 20, 999983)])
def miller(n):
    if n < 2: return False
    for q in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37):
        if n % q == 0: return n == q
    d, s = n - 1, 0
    while d % 2 == 0: d //= 2; s += 1
    for a in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37):
        x = pow(a, d, n)
        if x in (1, n - 1): continue
        for _ in range(s - 1):
            x = x * x % n
            if x == n - 1: break
        else: return False
    return True
print([n for n in range(60) if miller(n)], miller(2 ** 61 - 1), miller(2 ** 89 - 1), miller(2 ** 89 + 1))
print(miller(10 ** 18 + 9))
def egcd(a, b):
    if not b: return a, 1, 0
    g, x, y = egcd(b, a % b); return g, y, x - a // b * y
print(egcd(240, 46), pow(17, -1, 3120), reduce(gcd, [48, 36, 60]))
n, e = 3233, 17
d = pow(e, -1, 3120)
msg = [pow(ord(c), e, n) for c in "pyre"]
print(msg, "".join(chr(pow(c, d, n)) for c in msg))
@lru_cache(None)
def partitions(n, k=None):
    k = n if k is None else k
    if n == 0: return 1
    return sum(partitions(n - i, min(i, n - i)) for i in range(1, min(n, k) + 1))
print([partitions(i) for i in range(15)])
def collatz(n): return 0 if n == 1 else 1 + collatz(n // 2 if n % 2 == 0 else 3 * n + 1)
print(max(range(1, 300), key=collatz), collatz(27))
def perms(s): return [s] if len(s) < 2 else [c + r for i, c in enumerate(s) for r in perms(s[:i] + s[i + 1:])]
print(perms("abc"), len(set(perms("abcd"))), sorted(perms("bca")) == perms("abc"))
def powerset(s): return [[]] if not s else [x + y for y in powerset(s[1:]) for x in ([], [s[0]])]
print(powerset([1, 2, 3]))
def roman(n):
    out = ""
    for v, s in zip((1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1), "M CM D CD C XC L XL X IX V IV I".split()):
        while n >= v: out += s; n -= v
    return out
print([roman(n) for n in (1, 4, 9, 14, 40, 90, 400, 1994, 2024)])
def pascal(n):
    row = [1]
    for _ in range(n): yield row; row = [a + b for a, b in zip([0] + row, row + [0])]
for r in pascal(7): print(" ".join(map(str, r)).center(30).rstrip())
def base(n, b): return "0" if n == 0 else (base(n // b, b) if n >= b else "") + "0123456789abcdefghijklmnopqrstuvwxyz"[n % b]
print([base(255, b) for b in (2, 8, 16, 36)], all(int(base(n, 7), 7) == n for n in range(200)))
def qsort(a): return a if len(a) < 2 else qsort([x for x in a[1:] if x < a[0]]) + [a[0]] + qsort([x for x in a[1:] if x >= a[0]])
def msort(a):
    if len(a) < 2: return a
    m = len(a) // 2; l, r = msort(a[:m]), msort(a[m:]); out = []
    while l and r: out.append((l if l[0] <= r[0] else r).pop(0))
    return out + l + r
data = [(i * 7919) % 101 for i in range(60)]
print(qsort(data) == msort(data) == sorted(data), qsort([3, 1, 2]), msort(list("hello")))
