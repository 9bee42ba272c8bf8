print("{} {}".format(1, "a"), "{1} {0} {1}".format("x", "y"), "{a} {b}".format(a=1, b=2))
print("{0} {a}".format(1, a=2))
print("{0.real} {0.imag}".format(1 + 2j), "{0[0]} {0[1]}".format([5, 6]))
print("{d[key]} {d[1]}".format(d={"key": "v", 1: "one"}))
print("{!r} {!s} {!a}".format("é", "é", "é"), "{0!r:>8}|".format("a"))
print("{:5}|{:<5}|{:>5}|{:^5}|{:*^7}|{:05d}|{:+d}|{: d}|{:-d}".format(1, 2, 3, 4, 5, 6, 7, 8, 9))
print("{:b} {:o} {:x} {:X} {:#b} {:#o} {:#x} {:c} {:d} {:n}".format(10, 10, 255, 255, 5, 8, 255, 65, 7, 8))
print("{:,} {:_} {:_x} {:_b} {:,.2f} {:_.1f}".format(1234567, 1234567, 0xABCDEF12, 0b10101010101, 1234567.891, 12345.67))
print("{:f} {:.0f} {:.3f} {:e} {:.1E} {:g} {:.3g} {:%} {:.1%} {:G}".format(1.5, 2.5, 3.14159, 12345.0, 0.001, 1e20, 1234.5, 0.25, 0.125, 1e-10))
print("{:10.3f}|{:<10.2f}|{:^10.1f}|{:+.2f}|{:010.3f}|{:=+10.2f}|".format(3.14159, 2.5, 1.25, 1.5, -2.5, 3.5))
print("{:10}|{:>10}|{:^10}|{:.2}|{:5.1}|{:-<6}|".format("abc", "abc", "abc", "abc", "abc", "ab"))
print("{:{w}.{p}f}|{:{}}|{:{a}{w}}".format(3.14159, "x", 5, "y", w=8, p=2, a=">"))
print("{{}} {{{}}} }}{{".format(1))
print("{:s} {:5s}|{!s:5}|".format("a", "b", 1))
print("{0:{1}}".format("a", ">4"), "{:{}{}}".format("b", "^", 5) + "|")
print(format(0.1, ""), format(1e16, ""), format(1.0), format(100, ""), format(True), format(None))
print(format("s", ""), format([1]))
print(format(1.0, ".3"), format(123456.0, ".3"), format(0.0001, ".3"), format(1e5, ".10"))
print(format(0.1, ".17"), format(1.0, "5"), format(2.0, "<6") + "|")
print(format(12345, "010,"), format(1234.5, "012,.1f"), format(-1234, "=8"), format(-5, "05"))
print(format(5, "x=5"))
print(format(float("nan"), "8.2f"), format(float("inf"), "+"), format(float("-inf"), "010"))
print(format(-0.0, ".1f"), format(-0.0, "z.1f"), format(-0.04, "z.1f"))
print(format(3 + 4j, ".2f"), format(1j, ""), format(1.5 - 2j, ">15"), format(1 + 1j, "g"))
print(format(255, "#06x"), format(255, "#_x"), format(2 ** 70, ","), format(2 ** 70, "x"))
print(format(-10, "b"), format(10, "+#b"))
print("{0.__class__.__name__}".format(5), "{x.y.z}".format(x=type("X", (), {"y": type("Y", (), {"z": 9})})))
print("{:>{width}}".format("r", width=6), "{a[b]}".format(a={"b": "c"}), "{[0]}".format("xyz"))
print("{.real}".format(7))
print("{:%Y-%m-%d}".format(__import__("datetime").date(2020, 1, 2)))
print("abc {x}".format_map({"x": 1}))

class D(dict):
    def __missing__(self, k):
        return "<" + k + ">"

print("{a} {b}".format_map(D(a=1)))
def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)
for fmt, args in [("{", ()), ("}", ()), ("{}{", (1,)), ("{0", (1,)), ("{0!}", (1,)), ("{0!x}", (1,)), ("{0!rx}", (1,)), ("{a.}", ()), ("{0[}", (1,)), ("{0[a}", ({},)),
                  ("{} {0}", (1,)), ("{0} {}", (1,)), ("{5}", (1,)), ("{x}", ()), ("{:{:{}}}", (1, 2, 3)), ("{0.foo}", (1,)), ("{0[foo]}", (1,)), ("{0[0]}", (1,)),
                  ("{:x}", ("a",)), ("{:x}", (1.5,)), ("{:f}", ("a",)), ("{:.2d}", (1,)), ("{:.2}", (1,)), ("{:,x}", (1,)), ("{:,s}", ("a",)), ("{:_,}", (1,)), ("{:=5}", ("a",)),
                  ("{:+s}", ("a",)), ("{:#s}", ("a",)), ("{: }", ("a",)), ("{:+c}", (65,)), ("{:c}", (-1,)), ("{:c}", (0x110000,)), ("{:5}", (None,)), ("{:5}", ([],)), ("{:99999999999999999999}", (1,)), ("{:.99999999999999999999f}", (1.0,)), ("{:abc}", (1,)), ("{:abc}", ("s",)), ("{:dd}", (1,)), ("{:z}", (1,)), ("{:zd}", (1,)), ("{:,n}", (1,)), ("{:1,,}", (1,)), ("{:.}", (1.0,)), ("{:,,}", (1,))]:
    print(fmt, end=" ")
    err(lambda: fmt.format(*args))
