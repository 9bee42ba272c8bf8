import abc, weakref
class Event:
    def __init__(self): self._subs = []
    def __iadd__(self, f): self._subs.append(f); return self
    def __isub__(self, f): self._subs.remove(f); return self
    def __call__(self, *a): return [f(*a) for f in list(self._subs)]
    def __len__(self): return len(self._subs)
class Observable:
    def __init_subclass__(cls, **kw):
        super().__init_subclass__(**kw)
        cls.changed_names = [n for n, v in vars(cls).items() if isinstance(v, Field)]
    def __init__(self): self.changed = Event()
class Field:
    def __init__(self, default=None, check=None): self.default, self.check = default, check
    def __set_name__(self, owner, name): self.name = name
    def __get__(self, obj, cls=None): return self if obj is None else obj.__dict__.get(self.name, self.default)
    def __set__(self, obj, v):
        if self.check and not self.check(v): raise ValueError(f"{self.name}={v!r}")
        old = self.__get__(obj); obj.__dict__[self.name] = v
        if old != v: obj.changed(self.name, old, v)
class Model(Observable):
    name = Field("none"); size = Field(0, lambda v: v >= 0)
m = Model()
log = []
handler = lambda n, o, v: log.append((n, o, v))
m.changed += handler
m.name = "x"
m.size = 3
m.size = 3
m.size += 1
try: m.size = -1
except ValueError as e: print(e)
m.changed -= handler
m.name = "silent"
print(log, m.name, m.size, Model.changed_names, len(m.changed))
class Shape(abc.ABC):
    registry = {}
    def __init_subclass__(cls, kind=None, **kw):
        super().__init_subclass__(**kw); Shape.registry[kind or cls.__name__.lower()] = cls
    @abc.abstractmethod
    def area(self): ...
    @property
    @abc.abstractmethod
    def sides(self): ...
    @classmethod
    def make(cls, kind, *a): return cls.registry[kind](*a)
    def __str__(self): return f"{type(self).__name__}: {self.area():.2f}, {self.sides}"
class Square(Shape):
    def __init__(self, a): self.a = a
    def area(self): return self.a ** 2
    sides = 4
class Circle(Shape, kind="round"):
    def __init__(self, r): self.r = r
    def area(self): return 3.14159 * self.r ** 2
    sides = float("inf")
class Half(Shape):
    def area(self): return 0
print(Shape.make("square", 3), Shape.make("round", 2), sorted(Shape.registry))
for f in (Shape, Half):
    try: f()
    except TypeError as e: print(e)
@Shape.register
class Duck: pass
print(isinstance(Duck(), Shape), issubclass(Duck, Shape), Shape.__abstractmethods__ == {"area", "sides"})
print(Square.__abstractmethods__)
class Visitor:
    def visit(self, node): return getattr(self, "visit_" + type(node).__name__, self.generic)(node)
    def generic(self, node): return "?" + type(node).__name__
    def visit_int(self, n): return str(n)
    def visit_list(self, n): return "[" + " ".join(map(self.visit, n)) + "]"
    def visit_tuple(self, n): op, a, b = n; return f"({self.visit(a)} {op} {self.visit(b)})"
print(Visitor().visit([1, ("+", 2, [3, ("*", 4, 5)]), {}]))
class State:
    def __init__(self): self.state = "idle"; self.trace = []
    def __getattr__(self, n):
        table = {("idle", "start"): "running", ("running", "stop"): "idle", ("running", "fail"): "broken"}
        if n.startswith("_"): raise AttributeError(n)
        def go():
            try: self.state = table[self.state, n]
            except KeyError: raise RuntimeError(f"cannot {n} while {self.state}") from None
            self.trace.append(self.state); return self
        return go
s = State()
print(s.start().stop().start().fail().trace)
try: s.start()
except RuntimeError as e: print(e, e.__suppress_context__)
class Pool:
    def __init__(self, factory): self.factory, self.free, self.live = factory, [], weakref.WeakSet()
    def get(self):
        o = self.free.pop() if self.free else self.factory(); self.live.add(o); return o
    def put(self, o): self.free.append(o); self.live.discard(o)
class Thing: made = 0
def make(): Thing.made += 1; return Thing()
pool = Pool(make)
a = pool.get()
b = pool.get()
pool.put(a)
c = pool.get()
print(c is a, Thing.made, len(pool.live))
del b
print(len(pool.live))
class Lens:
    def __init__(self, path=()): self._p = path
    def __getattr__(self, n): return Lens(self._p + (n,))
    def __getitem__(self, k): return Lens(self._p + (k,))
    def __call__(self, d):
        for k in self._p: d = d[k]
        return d
print(Lens().a[0].b({"a": [{"b": "deep"}]}))
compose = lambda *fs: lambda x: [x := f(x) for f in fs][-1]
print(compose(str, len, lambda n: n * 2)(12345))
class Money:
    def __init__(self, v, cur="EUR"): self.v, self.cur = v, cur
    def __add__(self, o):
        if not isinstance(o, Money): return NotImplemented
        if o.cur != self.cur: raise ValueError(f"{self.cur} + {o.cur}")
        return Money(self.v + o.v, self.cur)
    def __radd__(self, o): return self if o == 0 else NotImplemented
    def __repr__(self): return f"{self.v:.2f} {self.cur}"
print(sum([Money(1.5), Money(2)]), Money(1) + Money(2))
for f in (lambda: Money(1) + 1, lambda: 1 + Money(1), lambda: Money(1) + Money(1, "USD")):
    try: f()
    except (TypeError, ValueError) as e: print(type(e).__name__, e)
