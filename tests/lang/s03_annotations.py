def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

def f(a: int, b: "str" = 1, *c: float, d: list[int], **e: dict) -> None: pass
print(f.__annotations__)
x: int = 5
y: str
z: undefined_for_now
class C:
    a: int
    b: "C" = None
    c: later_defined
    def m(self, q: C) -> "C": pass
err(lambda: C.__annotations__)
class later_defined: pass
print(sorted(C.__annotations__), C.__annotations__["c"] is later_defined, C.__annotations__["b"])
print(C.m.__annotations__["q"] is C)
print(callable(C.__annotate__), callable(f.__annotate__), C.__annotate__(1)["a"])
err(lambda: f.__annotate__(2))
err(lambda: f.__annotate__(99))
import annotationlib
from annotationlib import Format, get_annotations
def g(a: nope, b: nope.x[int], c: int): pass
print(get_annotations(g, format=Format.STRING))
fr = get_annotations(g, format=Format.FORWARDREF)
print(type(fr["a"]).__name__, fr["a"].__forward_arg__, fr["c"])
err(lambda: get_annotations(g))
err(lambda: g.__annotations__)
f.__annotations__ = {"new": 1}
print(f.__annotations__, f.__annotate__)
err(lambda: setattr(f, "__annotations__", 5))
del f.__annotations__
print(f.__annotations__)
def h(): pass
print(h.__annotations__, h.__annotate__)
class D: pass
print(D.__annotations__, D.__annotate__)
class E(C):
    d: bytes
print(E.__annotations__, "a" in E.__annotations__)
class Cond:
    if True: p: int
    else: q: str
    for _ in range(1): r: float
print(sorted(Cond.__annotations__))
def local():
    v: undefined_name = 3
    w: also_undefined
    return v, sorted(locals())
print(local())
err(lambda: exec("def q():\n    w: int\n    return w\nq()", {}))
ns = {}
exec("from __future__ import annotations\ndef k(a: foo.bar[1], b: 'x' = 2) -> x + 1: pass\nclass Q:\n    t: List[int]", ns)
print(ns["k"].__annotations__, ns["Q"].__annotations__)
o = D()
o.attr: int = 5
print(o.attr)
lst = [0]
lst[0]: int = 7
print(lst)
(paren): int = 3
print(paren)
class Base: pass
def deco(fn): print("deco", fn.__name__); return fn
@deco
def withdefault(a: int = (lambda: 5)()) -> str: return a
print(withdefault(), sorted(withdefault.__annotations__))
class Gen[T]:
    items: list[T]
    def get(self, i: int) -> T: pass
print(Gen.__annotations__, Gen.get.__annotations__)
import typing
class P:
    a: "int"
    b: typing.Optional["str"]
print(typing.get_type_hints(P), typing.get_type_hints(withdefault))
def annotate(format, /): return {"custom": format}
D.__annotate__ = annotate
print(D.__annotations__)
D.__annotate__ = None
err(lambda: setattr(D, "__annotate__", 5))
print(D.__annotations__)
class Nested:
    class Inner: pass
    v: Inner
    def m(self, i: Inner) -> Inner: pass
print(Nested.__annotations__["v"] is Nested.Inner, Nested.m.__annotations__["i"] is Nested.Inner)
def outer():
    class Loc: pass
    def inner(a: Loc) -> Loc: pass
    return inner.__annotations__["a"] is Loc
print(outer())
lam = lambda a: a
print(lam.__annotations__)
def many(a: 1, b: "two", c: [3], d: {4: 5}, e: ..., f: None, *, g: (6, 7), h: print) -> 1 + 1: pass
print({k: (v if k != "h" else "print") for k, v in many.__annotations__.items()})
