def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

for n in (0, 1, -1, 255, -256, 2 ** 61, -2 ** 61, 2 ** 62, 2 ** 64 + 1, -10 ** 25):
    print(n, n.bit_length(), n.bit_count(), hash(n), bool(n), -n, ~n, abs(n), n.is_integer(), n.as_integer_ratio(), hex(n), oct(n), f"{n:,}", f"{n:+}", f"{n:x}", f"{n:e}")
    print(n << 3, n >> 3, n & 0xFF, n | 0xFF, n ^ 0xFF, n // 7, n % 7, n * n, n - 1, n + 1, divmod(n, -3), n / 4, float(n), round(n, -1))
for s in ("0", " 12 ", "-5", "+7", "1_000", "0x1f", "0b11", "0o17", "ff", "zz", "٣", "1e5", "1.0", "", "--1",
    "1__0", "_1", "1_", "0x", "\n9\n", "9" * 25, "-0", "00", "012", "１２"):
    for base in (10, 0, 16, 36, 2):
        try: print(repr(s), base, int(s, base), end="; ")
        except ValueError as e: print(repr(s), base, "bad", end="; ")
    print()
err(lambda: int("1", 1))
err(lambda: int("1", -1))
err(lambda: int(1, 10))
err(lambda: int("1", "2"))
err(lambda: int(b"12") + int(bytearray(b"3")))
err(lambda: int(b"x"))
err(lambda: int("a" * 300))
err(lambda: int([]))
err(lambda: int(x="5"))
err(lambda: int(base=10))
err(lambda: int("5", base=8))
err(lambda: int(float("1e30")))
print((300).to_bytes(2), (300).to_bytes(4, "little"), (-5).to_bytes(3, "big", signed=True))
print(int.from_bytes(b"\xff\xfe", "little"), int.from_bytes([1, 2]), int.from_bytes(b"\x80", signed=True))
print(int.from_bytes(b""), (0).to_bytes(0))
err(lambda: (1).to_bytes(0))
err(lambda: (128).to_bytes(1, signed=True))
err(lambda: int.from_bytes(5)) if False else None
err(lambda: int.from_bytes([300]))
err(lambda: (1).to_bytes("a"))
print(f"{5:>10}|{5:<10}|{5:^10}|{5:010}|{-5:=10}|{5:*^9}|{255:#x}|{255:#X}|{5:b}|{5:#010b}|{1234567:_}|{0xabcdef:_x}|{65:c}|{5:f}|{5:.2e}|{50:%}|{5:g}|{5:n}|{10 ** 30:,}|{-1234:,}|{1234567:15,d}|{3:+d}|{3: d}")
for spec in ("s", "z", ".2d", ",x", "_c", "+c", "#c", "10.5d", "q", "=s", ",_d", "#,"):
    err(lambda: format(5, spec))
print(int.__doc__[:20], int.real.__get__(5), (5).__index__(), (5).__ceil__(), (5).__floor__())
print((15).__round__(-1), (5).__trunc__(), (5).__float__(), (5).__int__(), (5).__pow__(2, 3))
print((5).__rsub__(7), (5).__divmod__(2), (5).__bool__(), (5).__format__("03"), (5).__getnewargs__())
print((5).__sizeof__() > 0, (5).conjugate(), True.__and__(False), True + True, ~False if False else "")
print(int(True), bool.__mro__[1].__name__, True.real, repr(True), f"{True:d}", True.bit_length())
print(sum(range(100)), max(3, 7, 5), 7 if 3 < 5 else 8, 10 ** 18 * 10 ** 18)
print((10 ** 18) ** 3 % (10 ** 9 + 7), pow(3, 10 ** 5, 10 ** 9 + 7), pow(-2, 3), pow(2, 3, -5))
print(2 ** 100 // 3 ** 50, (2 ** 100) % (-(3 ** 40)), -(2 ** 100) // 3 ** 40, (2 ** 128 - 1) & (2 ** 64))
print((1 << 200) >> 190, -(1 << 200) >> 199, 5 // 2 * -1, -5 // 2, 5 % -3, -5 % 3)
