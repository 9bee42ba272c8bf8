def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

vals = [0.0, -0.0, 1.0, -1.5, 0.1, 1e16, 1e15, 123456789.123456789, 1e-4, 1e-5, 1.5e300, 5e-324, 1.7976931348623157e308, float("inf"), float("-inf"), float("nan"), 2.5, 1 / 3, 2 / 3, 100.0, 1e22, 1e21, 9007199254740993.0]
for v in vals:
    print(repr(v), str(v), f"{v:.3f}", f"{v:e}", f"{v:g}", f"{v:.10g}", f"{v:10.2f}|", f"{v:+}", f"{v:%}" if abs(v) < 1e10 else "", v.hex(), hash(v) if v == v else "", v.is_integer(), bool(v), -v, abs(v), v == v)
    try: print(int(v), round(v), v.as_integer_ratio(), v.__floor__(), v.__ceil__(), v.__trunc__())
    except (ValueError, OverflowError) as e: print(type(e).__name__, e)
for s in ("1", " 1.5 ", "1e5", ".5", "5.", "-.5e-3", "inf", "-Infinity", "nan", "+NaN", "1_000.5", "0x1", "",
    ".", "e5", "1e", "1..2", "1 2", "infin", "--1", "1e400", "1e-400", "٣.٥", "1_", "_1", "1__0",
    "0" * 50 + "1", "179769313486231580793e289", "2.2250738585072011e-308", "4.9406564584124654e-324",
    "2.4703282292062327e-324", "9007199254740993", "0.1e1_0"):
    print(repr(s), end=" "); err(lambda: float(s))
for a, b in [(7.5, 2), (-7.5, 2), (7.5, -2), (1e300, 1e-10), (0.0, 1), (-0.0, 1), (float("inf"), 2),
    (5, float("inf")), (-5, float("inf")), (1, 0.1)]:
    print(a // b if True else 0, a % b, divmod(a, b), a / b, a * b, a - b)
for a, b in [(2.0, 3), (2.0, -1), (-2.0, 3), (-2.0, 0.5), (0.0, 0), (float("inf"), 0), (float("nan"), 0),
    (1.0, float("nan")), (0.0, 5), (-0.0, 3), (-0.0, -3 if False else 2), (2.0, 0.5), (-1.0, float("inf")),
    (0.5, float("inf"))]:
    print(a ** b)
for x in [(2.5,), (3.5,), (-2.5,), (0.5,), (1.5,), (2.675, 2), (1.005, 2), (1234.5678, -2), (1e22, 2),
    (5e-324, 10), (0.15, 1), (25.0, -1), (1.5, None), (1e308, -308), (123.456, 400), (123.456, -400),
    (2.5, 0)]:
    print(x, round(*x))
print(float.fromhex("0x1.999999999999ap-4"), float.fromhex("inf"), float.fromhex("1"))
print(float.fromhex("0x.8"), float.fromhex("-0x1p-1074"), float.fromhex(" 0X1P3 "))
err(lambda: float.fromhex("0x1p99999"))
err(lambda: float.fromhex(""))
err(lambda: float("1" * 400))
print(float(10 ** 308), (0.1).as_integer_ratio())
print(float.from_number(5) if hasattr(float, "from_number") else "", (1.5).real, (1.5).imag)
print((1.5).conjugate(), float(True), float(b"1.5"), 1.5 .__add__(1), (1.5).__radd__("a"), (1.5).__eq__(1))
print((1.5).__lt__(2), float.__mro__[0].__name__, (1e16 + 1) == 1e16, 0.1 + 0.2 == 0.3, 0.5 + 0.25 == 0.75)
for spec in ("", "5", ".0f", ".1f", "f", "F", "e", "E", ".0e", "g", "G", ".3g", "#g", "n", "%", ".1%", ",",
    "_", ",.2f", "010.2f", "+.1f", " .1f", "<8|".rstrip("|"), ">8", "^8", "=+8", "z.1f", "#.0f", ".15", ".17",
    ".3", "20.10e", "d", "s", "x", "c", ".2d", ",e", "_g"):
    print(spec, end=" "); err(lambda: format(1234.5678, spec))
print([f"{x:.0f}" for x in (0.5, 1.5, 2.5, 3.5)], [f"{x:.1f}" for x in (0.05, 0.15, 0.25, 0.35)])
print([f"{x:.2e}" for x in (1.005, 1.015, 12345.0)])
print([repr(x) for x in (1e5, 1e17, 123e-7, 1.0e-10, 12345678901234567.0)], 1e16, 1e-5, 0.00001234)
print(123456789012345678.0)
print(sum([0.1] * 10), sum([1e100, 1.0, -1e100]), sum([1, 2.5]), max(1.0, float("nan")))
print(min(float("nan"), 1.0), 1.0 in [1], float("nan") in [float("nan")], sorted([3.5, -1.0, 2]), 5.0 // 1)
print(5.5 // 1.1, 1e308 + 1e308, -1e308 - 1e308, 1e308 * 10 - 1e308 * 10)
