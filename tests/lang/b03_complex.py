def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

c = 3 + 4j
print(c, c.real, c.imag, abs(c), c.conjugate(), -c, +c, c + 1, 1 + c, c - 1.5, c * 2, c * c, c / 2)
print(c / (1 - 1j), c ** 2, c ** -1, c ** 0, 2 ** c, c == 3 + 4j, c != 3, 3 + 0j == 3)
print(hash(3 + 0j) == hash(3), bool(0j), bool(1j), repr(1j), str(-1j), complex(1, -0.0), complex(-0.0, -1))
print(1e20j, 1.5j, complex(0.1, 1e-7), complex(float("inf"), float("nan")), complex("1e5-2.5j"))
print(complex("j"), complex("-1"), complex(" 1+1j "), complex("(2j)"), complex("inf"), complex("nan+nanj"))
for s in ("", "1+", "1 + 2j", "a", "1+2", "j1", "1j2", "(1", "1_0+2_0j", "--1", "1+j", "+j", "1e", "()",
    "1j+1"):
    print(repr(s), end=" "); err(lambda: complex(s))
for f in (lambda: c < c, lambda: c > 1, lambda: c // 1, lambda: c % 1, lambda: divmod(c, 1), lambda: int(c),
    lambda: float(c), lambda: c / 0, lambda: 0j ** -1, lambda: 0j ** 1j, lambda: c @ c, lambda: c & 1,
    lambda: complex([]), lambda: complex("1", 2), lambda: complex(1, "2"), lambda: round(c), lambda: [1][c],
    lambda: range(c), lambda: abs(complex(1e308, 1e308)), lambda: pow(c, 2, 3), lambda: c + "a",
    lambda: "a" + c, lambda: ~c, lambda: c << 1, lambda: c.foo, lambda: setattr(c, "real", 1),
    lambda: max(c, 1), lambda: sorted([1j, 2j]), lambda: format(c, "d"), lambda: format(c, "010"),
    lambda: format(c, "%"), lambda: (1e200 + 1j) ** 1e10):
    err(f)
print(f"{c}", f"{c:.2f}", f"{c:e}", f"{c:>12}|", f"{c:+}", f"{1j:g}", f"{c:^20}|", format(c, ""))
print(format(-0j, ""), f"{1.5 + 2j:,}", f"{12345.678 + 1j:,.1f}")
class C:
    def __complex__(self): return 1 + 2j
class F:
    def __float__(self): return 2.5
class I:
    def __index__(self): return 7
print(complex(C()), complex(F()), complex(I()), complex(F(), I()), complex(), complex(5), complex(2.5, 1))
print(complex(True), complex.from_number(3) if hasattr(complex, "from_number") else "")
err(lambda: complex(type("B", (), {"__complex__": lambda s: 5})()))
class Sub(complex): pass
print(Sub(1, 2), type(Sub(1) + 1).__name__, Sub(1, 2).imag, 1j * 1j, 1j ** 2, (1 + 1j) ** 0.5, (-1) ** 0.5)
print((1 + 2j).__add__(3), (1j).__eq__(1j), (1j).__hash__() == hash(1j), sum([1j, 2]), 1j.imag)
print({1j: 1}[1j], 1 + 1j in [1 + 1j], complex(3, 0) == 3.0, 2j - 2j, -2j, 0 - 2j, -(2j), 1 - 0j, -1 + 0j)
print((1e308 + 1e308j) * 10, [abs(complex(*p)) for p in ((3, -4), (0, 0), (float("inf"), float("nan")))])
import cmath
print(cmath.sqrt(-1), cmath.phase(1j), cmath.polar(1j), cmath.rect(1, 0), cmath.exp(0j), cmath.isclose(1j, 1j), cmath.isnan(complex("nan")), cmath.pi) if True else None
