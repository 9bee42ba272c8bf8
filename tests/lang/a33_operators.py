class V:
    def __init__(self, n): self.n = n
    def __repr__(self): return "V(%r)" % (self.n,)

def n(x): return x.n if isinstance(x, V) else x

for name, sym in [("add", "+"), ("sub", "-"), ("mul", "*"), ("truediv", "/"), ("floordiv", "//"), ("mod", "%"), ("pow", "**"),
                  ("matmul", "@"), ("and", "&"), ("or", "|"), ("xor", "^"), ("lshift", "<<"), ("rshift", ">>")]:
    setattr(V, "__%s__" % name, lambda a, b, s=sym: V("%s%s%s" % (n(a), s, n(b))))
    setattr(V, "__r%s__" % name, lambda a, b, s=sym: V("r:%s%s%s" % (n(b), s, n(a))))

a, b = V("a"), V("b")
print(a + b, a - b, a * b, a / b, a // b, a % b, a ** b, a @ b, a & b, a | b, a ^ b, a << b, a >> b)
print(a + 1, a - 1, a * 1, a / 1, a // 1, a % 1, a ** 1, a @ 1, a & 1, a | 1, a ^ 1, a << 1, a >> 1)
print(1 + a, 1 - a, 1 * a, 1 / a, 1 // a, 1 % a, 1 ** a, 1 @ a, 1 & a, 1 | a, 1 ^ a, 1 << a, 1 >> a)
print("s" + a, [1] + a, 1.5 * a, None | a, divmod(1, 2))
c = a
c += 1
print(c, a)

class I:
    def __init__(self): self.log = []
for name in "add sub mul truediv floordiv mod pow matmul and or xor lshift rshift".split():
    setattr(I, "__i%s__" % name, lambda s, o, name=name: (s.log.append((name, o)), s)[1])
i = I()
j = i
i += 1
i -= 2
i *= 3
i /= 4
i //= 5
i %= 6
i **= 7
i @= 8
i &= 9
i |= 10
i ^= 11
i <<= 12
i >>= 13
print(i is j, i.log)

class U:
    def __neg__(self): return "neg"
    def __pos__(self): return "pos"
    def __invert__(self): return "inv"
    def __abs__(self): return "abs"
    def __round__(self, n=None): return "round %s" % n
    def __index__(self): return 7
    def __int__(self): return 8
    def __float__(self): return 9.5
    def __complex__(self): return 1j
    def __trunc__(self): return "trunc"
    def __floor__(self): return "floor"
    def __ceil__(self): return "ceil"
    def __divmod__(self, o): return "divmod"
    def __rdivmod__(self, o): return "rdivmod"
    def __pow__(self, o, m=None): return "pow %s %s" % (o, m)

u = U()
import math, operator
print(-u, +u, ~u, abs(u), round(u), round(u, 2), operator.index(u), int(u), float(u), complex(u))
print(math.trunc(u), math.floor(u), math.ceil(u))
print(divmod(u, 1), divmod(1, u), pow(u, 2), pow(u, 2, 3), u ** 4, hex(u), bin(u), [0] * u)
print("abcdefghij"[u], range(u), chr(u) == "\x07")

class Base:
    def __add__(self, o): return "base add"
    def __radd__(self, o): return "base radd"
class Derived(Base):
    def __radd__(self, o): return "derived radd"
class Plain(Base):
    pass
print(Base() + Derived(), Derived() + Base(), Base() + Plain(), Base() + Base())

class NI:
    def __add__(self, o): return NotImplemented
    def __eq__(self, o): return NotImplemented
    def __lt__(self, o): return NotImplemented
    def __iadd__(self, o): return NotImplemented

def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

err(lambda: NI() + 1)
err(lambda: 1 + NI())
err(lambda: NI() + NI())
err(lambda: NI() == 1)
err(lambda: NI() < 1)
err(lambda: NI() >= NI())
def inplace():
    x = NI()
    x += 1
err(inplace)
def inplace2():
    x = 1
    x -= "a"
err(inplace2)
def inplace3():
    x = 2
    x **= "a"
err(inplace3)
err(lambda: 2 ** "a")
err(lambda: pow(2, "a", 3))
err(lambda: divmod("a", 1))
err(lambda: 1 @ 2)
err(lambda: -NI())
err(lambda: ~NI())
err(lambda: +[])
err(lambda: abs(NI()))
class Cmp:
    def __init__(self, v): self.v = v
    def __eq__(self, o): return self.v == o.v
    def __lt__(self, o): return self.v < o.v
    def __hash__(self): return hash(self.v)
print(sorted([Cmp(3), Cmp(1), Cmp(2)], key=lambda c: c)[0].v, Cmp(1) != Cmp(2), Cmp(1) > Cmp(0))
print(max(Cmp(1), Cmp(5)).v, len({Cmp(1), Cmp(1)}))
err(lambda: Cmp(1) <= Cmp(2))
class BadInt:
    def __int__(self): return "x"
    def __float__(self): return 1
    def __index__(self): return 1.5
    def __str__(self): return 5
    def __repr__(self): return None
    def __hash__(self): return "h"
    def __contains__(self, x): return "yes"
    def __format__(self, s): return 3
b = BadInt()
err(lambda: int(b))
err(lambda: float(b))
err(lambda: [1][b])
err(lambda: str(b))
err(lambda: repr(b))
err(lambda: hash(b))
err(lambda: 1 in b)
err(lambda: format(b))
err(lambda: f"{b}")
class Hash:
    def __init__(self, h): self.h = h
    def __hash__(self): return self.h
print(hash(Hash(5)), hash(Hash(-1)), hash(Hash(2 ** 61)), hash(Hash(2 ** 100)) == hash(Hash(2 ** 100)))
print(hash(Hash(True)))
