def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

import random
r = random.Random(42)
print([r.random() for _ in range(3)], r.randint(1, 100), r.randrange(10), r.randrange(0, 100, 5))
print(r.choice("abcdef"), r.uniform(1, 2), r.getrandbits(10), r.getrandbits(100), r.randbytes(5))
l = list(range(10))
r.shuffle(l)
print(l, r.sample(range(100), 5), r.choices("abc", k=5), r.choices([1, 2], weights=[1, 9], k=5))
print(r.choices("ab", cum_weights=[1, 2], k=3), r.sample("aab", 2, counts=[1, 1, 1]))
print([round(x, 10) for x in (r.gauss(0, 1), r.gauss(0, 1), r.normalvariate(0, 1), r.expovariate(2), r.triangular(0, 1, 0.5), r.betavariate(1, 2), r.gammavariate(2, 3), r.lognormvariate(0, 1), r.vonmisesvariate(0, 4), r.paretovariate(3), r.weibullvariate(1, 2))])
print(r.binomialvariate(10, 0.5))
s = r.getstate()
a = r.random()
r.setstate(s)
print(a == r.random(), len(s), s[0], len(s[1]))
for seed in (0, 1, -5, 10 ** 30, 1.5, "text", b"bytes", None and 0, bytearray(b"ba")):
    if seed is not None: print(repr(seed), random.Random(seed).random(), random.Random(seed).getrandbits(64))
print(random.Random(1).randrange(10 ** 40), random.Random(2).random() == random.Random(2).random())
print([random.Random(3).randint(-5, 5) for _ in range(3)])
r.seed("v1", version=1)
print(r.random())
r.seed(7)
print(r.random())
for bad in (lambda: r.randint(5, 1), lambda: r.randrange(0), lambda: r.randrange(1, 1),
    lambda: r.randrange(1, 10, 0), lambda: r.randrange(1.5), lambda: r.choice([]), lambda: r.sample([1], 2),
    lambda: r.sample({1, 2}, 1), lambda: r.sample(5, 1), lambda: r.choices([], k=1),
    lambda: r.choices([1], weights=[1, 2]), lambda: r.choices([1], weights=[0]), lambda: r.getrandbits(-1),
    lambda: r.shuffle("abc"), lambda: r.seed([]), lambda: r.setstate(5), lambda: r.setstate((1, 2, 3)),
    lambda: r.random(1), lambda: r.sample([1, 2], -1),
    lambda: r.choices([1, 2], weights=[1, 2], cum_weights=[1, 3]), lambda: r.binomialvariate(-1),
    lambda: r.getrandbits("a")):
    err(bad)
class R(random.Random):
    def random(self): return 0.5
x = R()
print(x.random(), x.randint(1, 10), x.choice("abcd"), x.uniform(0, 10))
print(0 <= random.random() < 1, random.randint(3, 3), isinstance(random.SystemRandom().random(), float))
print(type(random.Random().getrandbits(8)).__name__)
m = random.Random(99)
print(sum(m.random() for _ in range(1000)), [m.randrange(2) for _ in range(20)])
