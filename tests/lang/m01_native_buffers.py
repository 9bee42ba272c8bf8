# Functions and classes are not counted in pyre, so what native code keeps of them while it calls back must be
# found by the collector.
import functools, gc, itertools

def make(i):
    def f(*args):
        gc.collect()
        return i
    return f

def plain(i):
    exec("def g(*a):\n    import gc\n    gc.collect()\n    return %d" % i, globals())
    return globals().pop("g")

def klass(i):
    return type("K%d" % i, (), {"n": i, "__lt__": lambda a, b: (gc.collect(), a.n < b.n)[1],
                                "__repr__": lambda s: (gc.collect(), "<%d>" % s.n)[1]})

print([f() for f in sorted((plain(i) for i in (5, 3, 9, 1)), key=lambda f: f())])
print([f() for f in sorted([make(i) for i in (5, 3, 9, 1)], key=lambda f: -f())])
print(max((plain(i) for i in (4, 8, 2)), key=lambda f: f())())
print(min((plain(i) for i in (4, 8, 2)), key=lambda f: f())())
print(sorted(klass(i)() for i in (3, 1, 2)))
print([k() for k in map(klass, range(3))])

def generate(n):
    for i in range(n):
        gc.collect()
        yield plain(i)

print([f() for f in tuple(generate(4))], [f() for f in list(generate(4))])
print(sorted(f() for f in set(generate(4))), sorted(f() for f in frozenset(generate(4))))
print({k: f() for k, f in dict(zip("abc", generate(3))).items()})
print([f() for pair in zip(generate(3), generate(3)) for f in pair])
print([f() for pair in itertools.product(generate(2), generate(2)) for f in pair])
print([f() for pair in itertools.permutations(generate(3), 2) for f in pair])
print([f() for pair in itertools.combinations(generate(3), 2) for f in pair])
print(functools.reduce(lambda f, g: plain(f() + g()), generate(5))())
print((lambda *args: [f() for f in args])(*generate(4)))
print((lambda **kw: {k: f() for k, f in kw.items()})(**{c: plain(ord(c)) for c in "xyz"}))
a, *rest, b = generate(5)
print(a(), [f() for f in rest], b())
l = [0] * 4
l[1:3] = generate(4)
print([f if f == 0 else f() for f in l])
l.extend(generate(2))
print(len(l), l[-1]())
class Joined(str):
    def __new__(cls, f):
        gc.collect()
        return super().__new__(cls, f())
print(",".join(Joined(make(i)) for i in "abc"))
print("%s %r %s" % tuple(klass(i)() for i in range(3)))
print("{} {!r} {}".format(*(klass(i)() for i in range(3))))
p = functools.partial(lambda *a: [f() for f in a], plain(1), plain(2))
gc.collect()
print(p(plain(3)))
print([k.n for k in sorted(map(klass, (2, 1)), key=lambda k: (gc.collect(), k.n)[1])])
print(all(f() >= 0 for f in generate(3)), any(f() > 1 for f in generate(3)), sum(f() for f in generate(4)))
