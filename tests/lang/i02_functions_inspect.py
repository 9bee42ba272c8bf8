def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

import inspect, functools
def f(a, b: int = 2, /, c=3, *args: str, d, e=5, **kw) -> float:
    """doc

    more"""
    local = a
    return local
print(inspect.signature(f), f.__name__, f.__qualname__, f.__doc__, f.__module__, f.__defaults__)
print(f.__kwdefaults__, f.__code__.co_argcount, f.__code__.co_posonlyargcount)
print(f.__code__.co_kwonlyargcount, f.__code__.co_varnames, f.__code__.co_nlocals)
print(f.__code__.co_flags & 0xC, f.__closure__, f.__type_params__, f.__dict__)
for p in inspect.signature(f).parameters.values(): print(p.name, p.kind.description, p.default if p.default is not p.empty else "-", p.annotation if p.annotation is not p.empty else "-")
print(inspect.signature(lambda x, *, y=1: 0), inspect.signature(print if False else len))
print(inspect.signature(functools.partial(f, 1)), inspect.getdoc(f), inspect.isfunction(f))
print(inspect.isbuiltin(len), inspect.isclass(int), inspect.ismethod([].append))
print(inspect.isgeneratorfunction(lambda: (yield)), inspect.iscoroutinefunction(f))
b = inspect.signature(f).bind(1, 2, 3, 4, d=6, z=7)
print(b.args, b.kwargs, b.arguments)
b = inspect.signature(f).bind_partial(1)
b.apply_defaults()
print(b.arguments)
err(lambda: inspect.signature(f).bind())
err(lambda: inspect.signature(f).bind(1, d=1, b=2) if False else inspect.signature(f).bind(1))
err(lambda: inspect.signature(5))
class C:
    """class doc"""
    def __init__(self, x, y=1): pass
    def m(self, z): pass
    @classmethod
    def k(cls, q): pass
    @staticmethod
    def s(w): pass
    @property
    def p(self): "prop doc"
print(inspect.signature(C), inspect.signature(C.m), inspect.signature(C(1).m), inspect.signature(C.k))
print(inspect.signature(C.s), inspect.getdoc(C), inspect.getdoc(C.p))
print([n for n, v in inspect.getmembers(C) if not n.startswith("_")], inspect.getmro(C) == (C, object))
print(inspect.ismethod(C(1).m), inspect.isfunction(C.m), inspect.isdatadescriptor(C.p))
print(inspect.classify_class_attrs(C)[-1].kind)
def outer():
    x, y = 1, 2
    def inner(): return x + y
    return inner
i = outer()
print(i.__code__.co_freevars, [c.cell_contents for c in i.__closure__])
print(inspect.getclosurevars(i).nonlocals, outer.__code__.co_cellvars)
i.__closure__[0].cell_contents = 10
print(i())
def g(): yield 1
x = g()
print(inspect.getgeneratorstate(x))
next(x)
print(inspect.getgeneratorstate(x))
x.close()
print(inspect.getgeneratorstate(x), inspect.isgenerator(x))
f2 = lambda: 0
f2.__code__ = (lambda: 42).__code__
print(f2())
err(lambda: setattr(f2, "__code__", i.__code__))
err(lambda: setattr(f, "__closure__", None))
err(lambda: setattr(f, "__globals__", {}))
f.__doc__ = None
f.__name__ = "g2"
f.__qualname__ = "q.g2"
print(f.__name__, repr(f).split(" at ")[0])
del f.__doc__
print(f.__doc__)
@functools.wraps(f)
def wrapped(*a): pass
print(inspect.signature(wrapped), inspect.unwrap(wrapped) is f)
print(inspect.signature(wrapped, follow_wrapped=False))
wrapped.__signature__ = inspect.Signature([inspect.Parameter("custom", inspect.Parameter.KEYWORD_ONLY)])
print(inspect.signature(wrapped))
err(lambda: inspect.Signature([inspect.Parameter("a", inspect.Parameter.KEYWORD_ONLY), inspect.Parameter("b", inspect.Parameter.POSITIONAL_ONLY)]))
print(inspect.cleandoc("  a\n    b\n  c"), inspect.currentframe().f_code.co_name, inspect.isawaitable(1))
print(inspect.isroutine(len), inspect.getattr_static(C, "p").__class__.__name__, inspect.isabstract(C))
