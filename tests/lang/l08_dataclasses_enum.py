def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

from dataclasses import *
import dataclasses, enum
from enum import *
@dataclass
class P:
    x: int
    y: int = 0
    tags: list = field(default_factory=list)
    hidden: int = field(default=1, repr=False, compare=False)
p = P(1)
print(p, p == P(1, 0), p != P(2), P(1, 2, ["a"]), asdict(p), astuple(p), replace(p, x=9))
print([f.name for f in fields(p)], is_dataclass(P), is_dataclass(5))
err(lambda: P())
err(lambda: P(1, 2, 3, 4, 5))
err(lambda: P(z=1))
err(lambda: hash(p))
err(lambda: p < p)
print(P.__match_args__, P.__doc__, p.tags is P(1).tags)
@dataclass(frozen=True, order=True)
class F:
    a: int
    b: str = "b"
print(F(1) < F(2), sorted([F(2), F(1, "z"), F(1)]), hash(F(1)) == hash(F(1)), {F(1): 1}[F(1)])
err(lambda: setattr(F(1), "a", 2))
err(lambda: delattr(F(1), "a"))
err(lambda: F(1) < 5)
@dataclass(slots=True, kw_only=True)
class K:
    a: int
    b: int = 2
print(K(a=1), K.__slots__)
err(lambda: K(1))
err(lambda: setattr(K(a=1), "z", 1))
@dataclass
class Base:
    i: int
    def __post_init__(self): self.double = self.i * 2
@dataclass
class Child(Base):
    j: int = 5
    init_only: InitVar[int] = 3
    def __post_init__(self, init_only): super().__post_init__(); self.sum = self.i + init_only
print(Child(1), Child(1, init_only=10).sum, Child(2).double, [f.name for f in fields(Child)])
def bad():
    @dataclass
    class X:
        a: int = 1
        b: int
err(bad)
def bad2():
    @dataclass
    class X:
        a: list = []
err(bad2)
def bad3():
    @dataclass(frozen=True)
    class X(P): pass
err(bad3)
err(lambda: field(default=1, default_factory=list))
err(lambda: replace(p, nope=1))
err(lambda: asdict(5))
err(lambda: fields(int))
M = make_dataclass("M", [("a", int), ("b", int, field(default=3))])
print(M(1))
@dataclass(repr=False, eq=False)
class N: a: int
print("N object" in repr(N(1)), N(1) == N(1))
@dataclass
class R:
    me: "R" = None
    l: list = field(default_factory=list)
r = R()
r.me = r
print(r)
print(asdict(R(R(), [R()])))
@dataclass(unsafe_hash=True)
class U: a: int
print(hash(U(1)) == hash(U(1)), KW_ONLY.__class__.__name__ if False else "")
@dataclass
class KO:
    a: int
    _: KW_ONLY
    b: int = 1
print(KO(1, b=2))
import copy
print(copy.replace(KO(1), a=7), copy.deepcopy(p) == p)
class C(Enum):
    R = 1
    G = 2
    ALIAS = 1
    def desc(self): return self.name.lower()
    @classmethod
    def first(cls): return cls.R
print(C.R, repr(C.G), C.R.name, C.R.value, C(2), C["R"], C.ALIAS is C.R, list(C), len(C), C.R.desc())
print(C.first(), C.__members__.keys(), C.R == 1, C.R is C(1), isinstance(C.R, C), C.R in C, 1 in C, 9 in C)
print(hash(C.R) == hash("R"), type(C).__name__, {C.R: 1})
err(lambda: C(9))
err(lambda: C["Z"])
err(lambda: setattr(C, "R", 5))
err(lambda: C.R < C.G)
err(lambda: setattr(C.R, "value", 1))
err(lambda: C.Z)
err(lambda: delattr(C, "R"))
def sub():
    class D(C): pass
err(sub)
def dup():
    class D(Enum): A = 1; A = 2
err(dup)
class I(IntEnum): A = 1; B = 2
print(I.A < I.B, I.A + 1, I.B == 2, I.A, f"{I.A}", repr(I.A), [10, 20, 30][I.A], int(I.B), I(1))
class S(StrEnum): X = auto(); Y = "why"
print(S.X, S.Y, S.X == "x", S.X.upper(), f"{S.Y}", repr(S.X))
class A(Enum): P = auto(); Q = auto(); Z = 10; W = auto()
print([a.value for a in A])
class Fl(Flag): R = 1; W = 2; X = 4; RW = R | W
print(Fl.R | Fl.X, Fl.RW, Fl(7), Fl(0), ~Fl.R, Fl.R in Fl.RW, list(Fl.RW), Fl.RW & Fl.R, Fl.R ^ Fl.RW)
print(bool(Fl(0)), len(Fl.RW), repr(Fl.R | Fl.X), Fl.RW.name, list(Fl))
err(lambda: Fl(8))
class IF(IntFlag): A = 1; B = 2
print(IF.A | IF.B, IF.A | 8, IF(3), repr(IF(0)), IF.A + 1)
E = Enum("E", "A B")
print(list(E), E.A.value, Enum("E2", {"x": 5})(5), Enum("E3", ["a", "b"], start=5).b.value)
class Pl(Enum):
    EARTH = (1, 2)
    MARS = (3, 4)
    def __init__(self, m, r): self.m, self.r = m, r
    @property
    def ratio(self): return self.m / self.r
print(Pl.EARTH.ratio, Pl.MARS.m, Pl((1, 2)))
@unique
class Un(Enum): A = 1
def nonuniq():
    @unique
    class X(Enum): A = 1; B = 1
err(nonuniq)
class Miss(Enum):
    A = 1
    @classmethod
    def _missing_(cls, v): return cls.A if v == "dflt" else None
print(Miss("dflt"))
err(lambda: Miss("q"))
class Nm(Enum):
    _ignore_ = ["tmp"]
    tmp = 5
    A = nonmember(3)
    B = member(4)
    C = 1
print(list(Nm), Nm.A)
class G(Enum):
    def _generate_next_value_(name, start, count, last): return name * 2
    A = auto()
print(G.A.value, pickle_ok if False else "", C.R.__class__, dir(C)[:2])
@verify(CONTINUOUS)
class V(Enum): A = 1; B = 2
def vbad():
    @verify(CONTINUOUS)
    class X(Enum): A = 1; B = 3
err(vbad)
