def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

print(hash(1) == hash(1.0) == hash(True) == hash(1 + 0j))
print(hash(0) == hash(0.0) == hash(-0.0) == hash(False), hash(2 ** 61 - 1), hash(2 ** 61))
print(hash(-(2 ** 61)), hash(2.0 ** 61) == hash(2 ** 61), hash(float("inf")), hash(-float("inf")))
print(hash(1.5), hash(-1), hash(-2), hash(-1.0), hash(0.1), hash(10 ** 100))
print(hash(10 ** 100) == hash(10.0 ** 100), hash(1e300) == hash(int(1e300)), hash((1, 2)) == hash((1, 2)))
print(hash((1, 2)) != hash((2, 1)), hash(()) == hash(tuple()), hash("a") == hash("a"))
print(hash("") == hash(b""), hash(range(3)) == hash(range(0, 3)))
print(hash(frozenset("ab")) == hash(frozenset("ba")), hash(None) == hash(None), hash(int) == hash(int))
from fractions import Fraction
from decimal import Decimal
print(hash(Fraction(1, 2)) == hash(0.5) == hash(Decimal("0.5")), hash(Fraction(3)) == 3)
print(hash(Decimal(10) ** 20) == hash(10 ** 20))
print({1: "a", 1.0: "b", Decimal(1): "c", Fraction(1): "d", True: "e"})
nan = float("nan")
print(hash(nan) == hash(nan), {nan: 1}[nan], nan in {nan}, [nan] == [nan], (nan,) == (nan,))
print({nan} == {nan}, len({nan, float("nan")}))
for bad in ([], {}, set(), bytearray(), slice([], None), [[]]): err(lambda: hash(bad))
err(lambda: hash(([],)))
err(lambda: hash((1, {})))
class A:
    def __eq__(self, o): return True
class B(A):
    __hash__ = None
class C:
    def __hash__(self): return "x"
class D:
    def __hash__(self): return 2 ** 70
class E(A):
    def __hash__(self): return 5
for k in (A, B, C): err(lambda: hash(k()))
print(hash(D()) == hash(2 ** 70), hash(E()), len({E(), E()}), E() in {E(): 1})
print(type(1), type(1.0), type(1j), type(""), type(b""), type([]), type(()), type({}), type(set()), type(frozenset()), type(None), type(...), type(NotImplemented), type(range(1)), type(slice(1)), type(int), type(object), type(len), type([].append), type(lambda: 0), type(A().__eq__), type(A.__eq__), type(x for x in []), type(iter([])), type(iter(())), type(iter("")), type(iter("é")), type(iter({})), type({}.keys()), type({}.items()), type(iter({}.values())), type(iter(set())), type(iter(range(1))), type(iter(b"")), type(enumerate([])), type(zip()), type(map(int, [])), type(filter(int, [])), type(reversed([])), type(reversed(())), type(super(A, A())), type(property()), type(classmethod(int)), type(staticmethod(int)), type(memoryview(b"")), type(type(A.__dict__)), type(A.__dict__), type(int.__add__), type((1).__add__), type(int.real), type(str.upper), type(dict.fromkeys), type(dict.__dict__["fromkeys"]), type(A.__init__), type(object().__str__), type(iter(int, 1)), type(compile("1", "", "eval")), type(Exception().__traceback__), sep="\n")
for v in (int, A, len, [].append, "".join, str.upper, (1).__add__, int.__add__, A.__eq__, dict.fromkeys,
    range, type, object, None, ..., NotImplemented, property, print if False else len, Exception,
    ValueError("x"), slice(1, 2), range(3), {}.keys(), {1: 2}.items(), {}.values(), dict.__dict__["fromkeys"],
    int.__dict__["real"], str.__dict__["upper"], type.__dict__["__mro__"] if False else ""):
    r = repr(v); print(r.split(" at 0x")[0])
print(object().__repr__().split(" at ")[0], A().__str__().split(" at ")[0])
print(repr(A.__eq__).split(" at ")[0], repr(A().__eq__).split(" at ")[0], repr(lambda: 0).split(" at ")[0])
print(repr((x for x in [])).split(" at ")[0], repr(super(B, B())).split(",")[0])
print(repr(iter([])).split(" at ")[0], repr(map(int, [])).split(" at ")[0])
print(repr(compile("1", "f", "eval")).split(" at ")[0], repr(memoryview(b"")).split(" at ")[0])
print(repr(property()).split(" at ")[0], repr(staticmethod(len)), repr(classmethod(len)))
a = []
a.append(a)
d = {}
d[1] = d
print(a, d, (a,), [d, a])
from collections import deque, OrderedDict
q = deque()
q.append(q)
o = OrderedDict()
o[1] = o
print(q, o)
class R:
    def __repr__(self): return "R\n"
print([R()], (R(),), {R(): R()}, {1: R()}, f"{[R()]}", str([R()]), "%s" % [R()])
class Weird:
    def __repr__(self): return "é\U0001f600"
print([Weird()], ascii([Weird()]), ascii("é"))
err(lambda: repr(type("X", (), {"__repr__": lambda s: 1})()))
err(lambda: str(type("X", (), {"__str__": lambda s: None})()))
err(lambda: [type("X", (), {"__repr__": lambda s: 1 / 0})()].__repr__())
print(int.__name__, int.__qualname__, int.__module__, len.__name__, len.__module__, [].append.__qualname__)
print(str.upper.__qualname__, A.__qualname__, A.__module__, (lambda: 0).__qualname__, type.__name__)
print(object.__bases__, int.__bases__, bool.__bases__, type.__bases__, object.__mro__, int.__base__)
print(type(None).__name__, type(...).__name__, type(NotImplemented).__name__, len.__self__.__name__)
print([].append.__self__, len.__doc__[:20], len.__text_signature__)
print(dir(1)[:3], [n for n in dir(str) if n.startswith("is")], len(dir(object)))
print("x" in dir(type("T", (), {"x": 1})()), sorted(set(dir(list)) - set(dir(object)) - set(dir(tuple))))
