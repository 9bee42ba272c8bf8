a, b, name = 5, 2.5, "world"
print(f"hello {name}", f"{a}{b}", f"{a + 1}", f"{{literal}} {a}", F"{a}", rf"\d{a}")
print(f"{name!r} {name!s} {name!a}", f"{'é'!a}", f"{a=} {a+1=} {name=!s} {a = }", f"{b=:.3f}")
print(f"{a:5}|{a:<5}|{a:>5}|{a:^5}|{a:05}|{a:+}|{-a: }|{a:#x}|{a:#b}|{a:#o}")
print(f"{b:.2f} {b:8.3f} {b:<8}| {b:e} {b:g} {b:%} {1e10:g} {1234567.891:,.2f} {1234567:_}")
print(f"{name:10}|{name:>10}|{name:^11}|{name:*^11}|{name:.3}|{name:10.2}|")
width, prec = 10, 3
print(f"{b:{width}.{prec}f}|{name:>{width}}|{name:{'*'}^{width}}|")
print(f"{[x for x in range(3)]} {dict(a=1)} {(1, 2)} { {1: 2} } {lambda_() if False else 'x'}")
print(f"{'nested ' + f'{a} {f"{b}"}'}")
print(f"{"same quotes"} {name.upper()} {a if a > 3 else b}")
print(f"""multi
{a}
line""")
print(f"{
    a
    + 1
}")
print(f"{a!r:>5}|{name!r:>10}|")
print(f"{True} {None} {...} {1j} {b'x'}")
print("plain" f" {a} " "joined" f"{b}")
print(f"{a:}|{a!s:}|{'':5}|{'':*<5}")
print(f"{1_000_000:,} {0xff} {1e3} {10**20:,}")
print(f"\N{BULLET} \x41 {'\n'.join(['p', 'q'])}")
class F:
    def __format__(self, spec):
        return "F<" + spec + ">"
    def __str__(self):
        return "str"
    def __repr__(self):
        return "repr"
f = F()
print(f"{f} {f:abc} {f!s} {f!r:>6} {f:{a}} {f:x{a}y}")
print(f"{a:{'>' + '4'}}", f"{3.14159:{'.2f'}}", f"{a:>{width - 5}}")
print(f"{(lambda x: x * 2)(a)}", f"{a:=^9}", f"{(y := 3)} {y}")
print(f"{a#comment
}")
print(f"{'a' 'b'}", f"{a,}", f"{a, b}", f"{*[1, 2],}")
print(f"{3!r:}", f"{'x':{'<'}{5}}|")
print(f"{-1.5:08.2f} {1.5:+.1e} {0.0:.0f} {-0.0} {1e300*1e10} {float('nan'):5}|")
print(f"{12345.678:n} {65:c} {255:X} {255:#X} {5:08b} {-5:#010b} {3.0} {3.0:g} {1e-7}")
print(f"{'%s'}" % () if False else "{}".format("x"))
print(f"{a:3d}{a:3d}", f"{True:d} {True:5}|{True!s:5}|")
print(f"{{}} {{{a}}} {{{{")
print(f'{a["x"] if False else 1}', f"{dict(k=1)['k']}")
print(f"{a = !r:>4}|", f"{ a }", f"{a  =  }|")
