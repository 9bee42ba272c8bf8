def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

class Base:
    subs = []
    def __init_subclass__(cls, /, tag=None, **kw):
        super().__init_subclass__(**kw)
        Base.subs.append((cls.__name__, tag))
class A(Base, tag="a"): pass
class B(A): pass
class C(B, tag="c"): pass
print(Base.subs)
def bad():
    class X(Base, foo=1): pass
err(bad)
class Field:
    def __set_name__(self, owner, name):
        self.info = (owner.__name__, name)
class Model:
    a = Field()
    b = Field()
print(Model.a.info, Model.b.info)
Model.c = Field()
print(hasattr(Model.c, "info"))
class BadField:
    def __set_name__(self, owner, name): raise ValueError("nope " + name)
def bad_field():
    class X:
        f = BadField()
try:
    bad_field()
except ValueError as e:
    print(e, e.__notes__)
class G:
    def __class_getitem__(cls, k): return (cls.__name__, k)
print(G[int], G[1, 2], G["x":])
err(lambda: A[int])
err(lambda: G()[1])
class Explicit:
    @classmethod
    def __class_getitem__(cls, k): return k
print(Explicit[5])
print(list[int], dict[str, int], tuple[int, ...], set[str], type[int], list[int].__origin__)
print(list[int].__args__, list[int]([1, 2]))
err(lambda: int[str])
class Named:
    pass
print(Named.__name__, Named.__qualname__, Named.__module__, Named.__doc__)
Named.__name__ = "Renamed"
Named.__qualname__ = "Q.Renamed"
print(Named.__name__, Named.__qualname__)
err(lambda: setattr(Named, "__name__", 5))
err(lambda: setattr(Named, "__name__", "a\0b"))
err(lambda: delattr(Named, "__name__"))
class Outer:
    class Inner:
        def m(self): pass
    def make(self):
        class Local: pass
        return Local
print(Outer.Inner.__qualname__, Outer.Inner.m.__qualname__, Outer().make().__qualname__)
def factory():
    class K:
        def f(self): return lambda: 0
    return K
print(factory().__qualname__, factory().f.__qualname__, factory()().f().__qualname__)
class Private:
    __x = 1
    def __m(self): return "private"
    def call(self): return self.__m(), self.__x
    def locals(self):
        __y = 3
        return __y, sorted(locals())
    class __Inner: pass
p = Private()
print(p.call(), p._Private__x, p._Private__m(), [n for n in dir(Private) if "Private" in n], p.locals())
err(lambda: p.__x)
class _Under:
    __v = 2
print(_Under._Under__v)
class Doc:
    """the doc"""
print(Doc.__doc__)
Doc.__doc__ = "new"
print(Doc.__doc__)
class Static:
    __slots__ = ()
    __doc__ = "explicit"
print(Static.__doc__)
print(sorted(k for k in vars(Doc) if k not in ("__firstlineno__", "__static_attributes__")))
class Attrs:
    def __init__(self): self.one = 1; self.two = 2
print(sorted(Attrs.__static_attributes__), type(Attrs.__firstlineno__).__name__)
class Anno:
    a: int
    b: str = "x"
print(Anno.__annotations__, Anno.b)
class Call:
    def __call__(self, *a, **k): return a, k
print(Call()(1, x=2), callable(Call()), callable(Call))
class Ctx:
    def __enter__(self): return self
    def __exit__(self, *a): return True
with Ctx() as c:
    raise ValueError
print("ok", type(c).__name__)
class Bool:
    def __bool__(self): raise ValueError("no truth")
err(lambda: bool(Bool()))
err(lambda: not Bool())
err(lambda: 1 if Bool() else 2)
print(Base.__subclasses__()[0].__name__)
