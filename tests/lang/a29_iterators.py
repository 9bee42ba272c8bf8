class Count:
    def __init__(self, n):
        self.n = n
        self.i = 0
    def __iter__(self):
        return self
    def __next__(self):
        if self.i >= self.n:
            raise StopIteration
        self.i += 1
        return self.i

print(list(Count(3)), sum(Count(4)), max(Count(5)), tuple(Count(2)), [x for x in Count(2)])
a, b, c = Count(3)
print(a, b, c, 2 in Count(3), 9 in Count(3))
print(dict(zip("ab", Count(5))), sorted(Count(3), reverse=True), "".join(map(str, Count(3))))

class Old:
    def __getitem__(self, i):
        if i > 3:
            raise IndexError(i)
        return i * 10

print(list(Old()), 20 in Old(), 25 in Old(), [v for v in Old()], max(Old()))
it = iter(Old())
print(next(it), next(it), type(it).__name__)

class Sized:
    def __len__(self):
        return 3
    def __getitem__(self, i):
        return "abc"[i]

print(list(reversed(Sized())), list(Sized()))

class Rev:
    def __reversed__(self):
        return iter("rev")

print(list(reversed(Rev())))

def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

class NotIter:
    def __iter__(self):
        return 5

class NoneIter:
    __iter__ = None

class BadNext:
    def __iter__(self):
        return self
    def __next__(self):
        raise ValueError("bad next")

err(lambda: iter(NotIter()))
err(lambda: list(NotIter()))
err(lambda: iter(NoneIter()))
err(lambda: 1 in NoneIter())
err(lambda: list(BadNext()))
err(lambda: [x for x in BadNext()])
err(lambda: next(5))
err(lambda: next(iter([])))
err(lambda: next(iter([]), None))
err(lambda: reversed(5))
err(lambda: [*5])
err(lambda: [x for x in 5])
it = iter([1, 2, 3])
print(it.__length_hint__(), next(it), it.__length_hint__(), list(it), list(it), next(it, "end"))
a = [1, 2, 3]
it = iter(a)
next(it)
a.append(4)
print(list(it))
a.append(5)
print(list(it))
for x in (lst := [1, 2, 3]):
    if x < 3:
        lst.append(x + 10)
print(lst)
for kind in ([], (), "", b"", {}, set(), range(0), {}.items(), {}.values(), bytearray(), zip(), map(int, []),
    filter(None, []), enumerate([]), reversed([]), iter(int, 1), range(10 ** 30)):
    print(type(iter(kind)).__name__, end=" ")
print()
z = zip([1, 2, 3], "ab")
print(next(z), list(z))
e = enumerate("abc", start=10)
print(next(e), list(e))
m = map(lambda x, y: (x, y), [1, 2, 3], [4, 5])
print(list(m))
print(list(map(str.upper, "abc")), list(filter(lambda x: x % 2, range(6))))
print(list(filter(None, [0, 1, None, 2])))
err(lambda: list(zip([1], [1, 2], strict=True)))
err(lambda: list(zip([1, 2], [1], strict=True)))
err(lambda: list(map(lambda x: 1 / x, [1, 0])))
err(lambda: list(map(lambda a, b: 0, [1, 2], [1], strict=True)))

class Hint:
    def __init__(self, h):
        self.h = h
    def __iter__(self):
        return iter([1, 2])
    def __length_hint__(self):
        return self.h

import operator
print(list(Hint(10)), operator.length_hint(Hint(5)), operator.length_hint([1, 2]))
print(operator.length_hint(iter(range(7))))
err(lambda: list(Hint("x")))
err(lambda: list(Hint(-1)))
d = {"a": 1, "b": 2}
i = iter(d)
print(next(i))
d["c"] = 3
err(lambda: next(i))
def stop_inside():
    yield 1
    raise StopIteration("inside")
err(lambda: list(stop_inside()))
class StopArg:
    def __iter__(self): return self
    def __next__(self): raise StopIteration("arg")
print(list(StopArg()))
