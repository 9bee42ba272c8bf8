f = 1
for i in range(1, 51):
    f *= i
print(f)
print(2 ** 200, 3 ** 100, -2 ** 127)
a, b = 0, 1
for _ in range(300):
    a, b = b, a + b
print(a)
x = 123456789012345678901234567890
y = 987654321098765432109876543210
print(x + y, x - y, x * y, y // x, y % x, -y // x, -y % x, y // -x, y % -x)
print(divmod(x, 97), divmod(-x, 97), divmod(x, -97), divmod(x ** 3, y))
print(x & y, x | y, x ^ y, ~x, -x & y, x & -y, -x | y, -x ^ y)
print(x << 5, x >> 5, -x >> 5, x >> 200, -x >> 200, x << 100)
print(x == x + 0, x < y, x > y, x == 5, 5 < x, x != y, -x < x)
print(hex(x), oct(x), bin(x), hex(-x))
print(int("123456789" * 10), int("-" + "9" * 40), int("f" * 30, 16), int("z" * 20, 36))
print(int("0x" + "ab" * 12, 0))
print(str(10 ** 50), repr(-10 ** 50), f"{10 ** 25:,}", f"{10 ** 25:x}", "%d" % 10 ** 3)
print(hash(x), hash(-x), hash(2 ** 61), hash(2 ** 200), hash(-2 ** 200))
print(x.bit_length(), (-x).bit_length(), x.bit_count(), x.to_bytes(13, "big"))
print(int.from_bytes(x.to_bytes(13, "little"), "little") == x)
print(float(x), int(float(x)), x / y, y / x, x / 3, 10 ** 100 / 10 ** 98, float(2 ** 100))
print(2 ** 1000 / 2 ** 999)
print(x ** 2, pow(x, 10, y), pow(x, y, 1000007), pow(3, -1, 10 ** 20 + 39))
print(round(x, -5), round(-x, -10), round(x, 3), round(15, -1), round(25, -1), round(-15, -1))
print(round(5 * 10 ** 20, -21))
print(2 ** 62, 2 ** 62 - 1, -2 ** 62, -2 ** 62 - 1, 2 ** 61 + 2 ** 61, 2 ** 31 * 2 ** 31)
print(2 ** 32 * 2 ** 30, -(2 ** 61) - 1)
print((2 ** 61 - 1) * 2, (2 ** 61) - 1 + 1, -(2 ** 61) - 1, abs(-2 ** 61), -(-2 ** 61), -2 ** 61 // -1)
print((2 ** 61 - 1) ^ -1)
print((1 << 61) >> 61, (1 << 62) // 2, (1 << 62) % 3, -(1 << 62) % 3, (1 << 62) & 1, (1 << 62) - (1 << 62))
print((1 << 63) >> 2)
print(sum([2 ** 61] * 4), sum(range(10 ** 10, 10 ** 10 + 5)), max(2 ** 70, 2 ** 71))
print(sorted([2 ** 70, -2 ** 70, 0, 5]))
print(2 ** 70 in {2 ** 70: 1}, {2 ** 70, 2 ** 70 + 0}, [2 ** 70].index(2 ** 70), 2 ** 70 is None)
print(bool(2 ** 70), not 2 ** 70)
print(int(1e30), int(-1e30), 10 ** 30 == 1e30, 2 ** 100 == 2.0 ** 100, 10 ** 22 == 1e22)
import math
print(math.gcd(x, y), math.lcm(12, 18), math.isqrt(x), math.factorial(25), math.comb(60, 30))
print(math.perm(20, 10), math.isqrt(10 ** 40))
n = 10 ** 40 + 7
c = 0
while n:
    n, r = divmod(n, 10)
    c += r
print(c)
def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)
err(lambda: x // 0)
err(lambda: x % 0)
err(lambda: x / 0)
err(lambda: x << -1)
err(lambda: int("9" * 5000))
err(lambda: str(10 ** 5000))
err(lambda: x.to_bytes(5, "big"))
err(lambda: [1] * (10 ** 30))
err(lambda: "a" * (10 ** 30))
err(lambda: range(10 ** 30)[-1])
err(lambda: len(range(10 ** 30)))
err(lambda: x ** -1)
print(0x7fffffffffffffff + 1, -0x8000000000000000 - 1, 0xffffffffffffffff * 0xffffffffffffffff)
p = 1
for i in range(200):
    p = p * 7 + i
print(p % 10 ** 20, len(str(p)))
while p > 10 ** 30:
    p //= 13
print(p)
