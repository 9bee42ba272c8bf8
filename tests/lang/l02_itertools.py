def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

import itertools as it, operator
L = list
print(L(it.islice(it.count(5, 2), 4)), L(it.islice(it.count(1.5, 0.5), 3)))
print(L(it.islice(it.cycle("ab"), 5)), L(it.repeat("x", 3)), it.repeat(1), it.count(3), it.count(1, 2))
print(it.repeat(5, 2))
print(L(it.accumulate([1, 2, 3, 4])), L(it.accumulate([1, 2, 3], operator.mul)))
print(L(it.accumulate([1, 2], initial=10)), L(it.accumulate([])), L(it.accumulate([3, 1, 2], max)))
print(L(it.batched("abcdefg", 3)), L(it.chain([1], "ab", (2,))), L(it.chain.from_iterable([[1, 2], [3]])))
print(L(it.compress("abcd", [1, 0, 1, 0])), L(it.dropwhile(lambda x: x < 3, [1, 2, 3, 1])))
print(L(it.takewhile(lambda x: x < 3, [1, 2, 3, 1])), L(it.filterfalse(lambda x: x % 2, range(5))))
print(L(it.filterfalse(None, [0, 1, ""])))
print([(k, L(g)) for k, g in it.groupby("aabbbc")])
print([(k, L(g)) for k, g in it.groupby([1, 3, 2, 4], key=lambda x: x % 2)])
print(L(it.islice(range(10), 3)), L(it.islice(range(10), 2, 5)), L(it.islice(range(10), 1, None, 3)))
print(L(it.islice(range(10), 0)), L(it.pairwise("abcd")), L(it.starmap(pow, [(2, 3), (3, 2)])))
print(L(it.zip_longest("ab", [1, 2, 3], fillvalue="-")), L(it.zip_longest()))
print(L(it.product("ab", [1, 2])), L(it.product([0, 1], repeat=2)), L(it.product()))
print(L(it.product("ab", [])), L(it.permutations("abc", 2)), L(it.permutations([1, 2, 3])))
print(L(it.combinations("abcd", 2)), L(it.combinations_with_replacement("ab", 2)))
print(L(it.combinations("ab", 3)))
a, b = it.tee([1, 2, 3])
print(next(a), L(b), L(a))
print(len(it.tee([], 3)), it.tee([1], 0))
g = it.groupby("aab")
k1, g1 = next(g)
k2, g2 = next(g)
print(k1, L(g1), k2, L(g2))
for bad in (lambda: it.islice([], -1), lambda: it.islice([], 1, 2, 0), lambda: it.islice([], "a"),
    lambda: it.count("a"), lambda: it.repeat(), lambda: it.permutations([], -1), lambda: it.combinations([1]),
    lambda: it.batched("a", 0), lambda: L(it.batched("abc", 2, strict=True)), lambda: it.chain(5).__next__(),
    lambda: it.chain(5, 6) and "lazy", lambda: L(it.starmap(pow, [5])), lambda: it.tee(5),
    lambda: it.tee([], -1), lambda: it.zip_longest(5), lambda: it.accumulate(), lambda: it.product(5),
    lambda: it.product([1], repeat=-1), lambda: it.cycle(5), lambda: next(it.cycle([])),
    lambda: it.compress([1]), lambda: it.takewhile(5), lambda: it.groupby(), lambda: L(it.takewhile(5, [1])),
    lambda: it.zip_longest([], foo=1), lambda: it.pairwise()):
    err(bad)
print(L(zip(it.count(), "ab")), sum(it.islice(it.count(), 100)), L(it.accumulate("abc")))
print(dict(zip("ab", it.repeat(0))), L(map(pow, range(4), it.repeat(2))))
print(operator.length_hint(it.repeat(1, 5)), type(it.chain()).__name__, it.chain.__name__)
def fib():
    a, b = 0, 1
    while True: yield a; a, b = b, a + b
print(L(it.takewhile(lambda x: x < 50, fib())), L(it.islice(it.dropwhile(lambda x: x < 10, fib()), 3)))
print(next(it.filterfalse(lambda x: x < 100, fib())))
class It:
    def __iter__(self): return self
    def __next__(self): raise KeyError("from next")
err(lambda: L(it.chain(It())))
err(lambda: L(it.islice(It(), 2)))
err(lambda: next(it.cycle(It())))
err(lambda: L(it.groupby(It())))
