def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

import typing
type Alias = int | str
print(Alias, type(Alias).__name__, Alias.__value__, Alias.__name__, Alias.__type_params__)
type Rec = list[Rec] | int
print(Rec.__value__)
type Gen[T] = list[T] | dict[str, T]
print(Gen.__type_params__, Gen.__value__, Gen[int], Gen[int].__args__, Gen[int].__origin__ is Gen)
type Lazy = undefined_thing
err(lambda: Lazy.__value__)
undefined_thing = 5
print(Lazy.__value__)
def ident[T](x: T) -> T: return x
print(ident(5), ident.__type_params__, ident.__type_params__[0].__name__, ident.__annotations__)
def bounded[T: int, U: (str, bytes), *Ts, **P](a: T, b: U, *c: *Ts) -> T: pass
for p in bounded.__type_params__: print(p, type(p).__name__, getattr(p, "__bound__", "-"), getattr(p, "__constraints__", "-"))
class Box[T]:
    def __init__(self, v: T): self.v = v
    def map[U](self, f) -> "Box[U]": return Box(f(self.v))
b = Box(1)
print(b.map(str).v, Box[int], Box.__type_params__, Box.__mro__[1].__name__, Box.__orig_bases__)
print(Box.__parameters__, type(Box[int](5)).__name__)
class Pair[A, B = int]: pass
print(Pair[str, bytes], Pair[str], Pair.__type_params__[1].__default__)
print(Pair.__type_params__[1].has_default(), Pair.__type_params__[0].has_default())
class Child[T](Box[T]): pass
print(Child[int].__origin__.__name__, Child.__orig_bases__[0], Child.__bases__)
class Concrete(Box[int]): pass
print(Concrete.__orig_bases__, Concrete(3).v)
err(lambda: Box[int, str])
err(lambda: int[str])
err(lambda: Concrete[int])
def scope[T]():
    def inner(x: T) -> T: return T
    return inner(1) is T if False else T.__name__
print(scope())
class Outer[T]:
    X = T
    class Inner[U]:
        Y = (U.__name__,)
    def m[V](self): return (T.__name__, V.__name__)
print(Outer.X.__name__, Outer.Inner.Y, Outer().m())
T = typing.TypeVar("T", bound=int)
print(T, T.__bound__, T.__covariant__, typing.TypeVar("C", covariant=True))
print(typing.TypeVar("K", contravariant=True), typing.TypeVar("A", int, str).__constraints__)
err(lambda: typing.TypeVar("Q", int))
err(lambda: typing.TypeVar("Q", bound=int, covariant=True, contravariant=True))
print(typing.ParamSpec("P"), typing.ParamSpec("P").args, typing.ParamSpec("P").kwargs)
print(typing.TypeVarTuple("Ts"))
Ts = typing.TypeVarTuple("Ts")
print(tuple[*Ts], typing.Unpack[Ts], [*Ts])
print(int | str, int | None, type(int | str).__name__, (int | str) == (str | int))
print(hash(int | str) == hash(str | int), isinstance(1, int | str), isinstance(None, int | None))
print(int | str | int, (int | str).__args__)
err(lambda: int | 5)
err(lambda: 5 | int)
print(list[int] | None, "x" if isinstance([], list | int) else "y")
err(lambda: isinstance(1, list[int]))
err(lambda: isinstance(1, int | list[int]))
print(typing.Optional[int], typing.Union[int, str], typing.Union[int], typing.Union[int, int, None])
print(typing.List[int], typing.Dict[str, int], typing.Callable[[int], str], typing.Callable[..., int])
print(typing.Literal[1, "a"], typing.Any, typing.ClassVar[int], typing.Final[int])
print(typing.Annotated[int, "meta"], typing.Tuple[int, ...], typing.Type[int])
print(typing.get_origin(list[int]), typing.get_args(dict[str, int]))
print(typing.get_origin(typing.Optional[int]), typing.get_args(typing.Callable[[int], str]))
class Proto(typing.Protocol):
    def meth(self) -> int: ...
@typing.runtime_checkable
class RProto(typing.Protocol):
    def meth(self): ...
class Impl:
    def meth(self): return 1
print(isinstance(Impl(), RProto), isinstance(5, RProto))
err(lambda: isinstance(1, Proto))
err(lambda: Proto())
class NT(typing.NamedTuple):
    a: int
    b: str = "d"
print(NT(1), NT(1, "x").b, NT._fields, NT._field_defaults, NT(1)._replace(a=5))
err(lambda: NT())
class TD(typing.TypedDict, total=False):
    k: int
    r: typing.Required[str]
print(TD(k=1), TD.__required_keys__, TD.__optional_keys__, TD.__total__)
N = typing.NewType("N", int)
print(N(5), N, N.__supertype__)
print(typing.cast(int, "x"), typing.TYPE_CHECKING, typing.overload(lambda: 1).__name__ if False else "")
print(typing.final(Impl) is Impl, typing.no_type_check(lambda: 1) is not None)
class G(typing.Generic[T]): pass
print(G[int], G.__parameters__, G[int].__args__)
err(lambda: G[int, str])
err(lambda: typing.Generic[int])
err(lambda: exec("def f[T: int = str](x): pass\nprint(f.__type_params__[0].__default__)"))
print(typing.NoDefault, typing.Self, typing.Never, typing.LiteralString, typing.get_overloads(lambda: 1))
type X[T: int, *Us, **Q] = tuple[T, *Us]
print(X.__type_params__, X[int, str, bytes, [int]].__args__ if False else "", X.__module__)
err(lambda: Alias[int])
err(lambda: Alias())
err(lambda: setattr(Alias, "x", 1))
