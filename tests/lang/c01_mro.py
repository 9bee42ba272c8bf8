def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

class A:
    def who(self): return "A"
class B(A):
    def who(self): return "B" + super().who()
class C(A):
    def who(self): return "C" + super().who()
class D(B, C):
    def who(self): return "D" + super().who()
print(D().who(), [c.__name__ for c in D.__mro__], [c.__name__ for c in D.mro()])
class E(C, B): pass
print([c.__name__ for c in E.__mro__], E().who())
def bad_order():
    class X(A, B): pass
err(bad_order)
kept = []  # classes are garbage for the collector, and B.__subclasses__() is printed below
def bad_two():
    class P(B, C): pass
    class Q(C, B): pass
    kept.extend((P, Q))
    class R(P, Q): pass
err(bad_two)
def dup():
    class X(A, A): pass
err(dup)
def not_type():
    class X(5): pass
err(not_type)
def final_bool():
    class X(bool): pass
err(final_bool)
def final_none():
    class X(type(None)): pass
err(final_none)
def func_base():
    class X(type(lambda: 0)): pass
err(func_base)
def range_base():
    class X(range): pass
err(range_base)
def layout():
    class X(int, str): pass
err(layout)
def layout2():
    class X(list, dict): pass
err(layout2)
def fn_base():
    class X(len.__class__): pass
err(fn_base)
def obj_first():
    class X(object, A): pass
err(obj_first)
class M(int): pass
class N(M, A): pass
print(N(5) + 1, N.__mro__[-2].__name__, N.__base__.__name__, D.__base__.__name__, [b.__name__ for b in D.__bases__])
print(issubclass(D, A), issubclass(A, D), issubclass(D, object), issubclass(D, (int, C)), isinstance(D(), (str, B)))
print(A.__subclasses__() == [B, C, N], [c.__name__ for c in B.__subclasses__()])
class F1:
    x = 1
class F2(F1): pass
class F3(F2): pass
print(F3.x)
F2.x = 2
print(F3.x, F3().x)
F1.x = 3
print(F3.x, F1.x)
del F2.x
print(F3.x)
F3.x = 4
print(F3.x, F2.x)
class Diamond(D):
    pass
class Mixin:
    def who(self): return "mixin>" + super().who()
class Mixed(Mixin, D): pass
print(Mixed().who())
D.__bases__ = (C, B)
print(D().who(), [c.__name__ for c in Diamond.__mro__])
err(lambda: setattr(D, "__bases__", ()))
err(lambda: setattr(D, "__bases__", (int,)))
err(lambda: setattr(D, "__bases__", 5))
err(lambda: setattr(A, "__bases__", (D,)))
err(lambda: setattr(int, "__bases__", (object,)))
err(lambda: issubclass(5, A))
err(lambda: isinstance(5, 5))
class CustomMro(type):
    def mro(cls):
        return [cls, A, object]
class Z(metaclass=CustomMro):
    pass
print(Z().who(), [c.__name__ for c in Z.__mro__])
