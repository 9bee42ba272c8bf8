class Loud:
    def __init__(self, v):
        self.v = v
    def __bool__(self):
        print("bool", self.v)
        return self.v
    def __lt__(self, o):
        print("lt")
        return Loud(self.v)
    def __repr__(self):
        return "L(%s)" % self.v

t, f = Loud(True), Loud(False)
print(t and f)
print(f and t)
print(t or f)
print(f or t)
print(not t, not f)
if t and t:
    print("both")
if f or f:
    print("never")
print(t < t < f)
print(f < t < f)
print("yes" if t else "no")
while f:
    print("never")

class Len:
    def __init__(self, n):
        self.n = n
    def __len__(self):
        return self.n

print(bool(Len(0)), bool(Len(3)))

def err(fn):
    try:
        print(fn())
    except Exception as e:
        print(type(e).__name__ + ":", e)

err(lambda: bool(Len(-1)))
err(lambda: bool(Len("x")))
err(lambda: len(Len(-1)))
err(lambda: len(Len(1.5)))

class BadBool:
    def __bool__(self):
        return 1

err(lambda: bool(BadBool()))
err(lambda: not BadBool())
print(None is None, [] is not [], not None)
print(1 == 1 == 1, 1 < 2 > 1 != 0, 3 > 2 > 2)
print(None == 0, None != None, () == [], "" == b"" if False else "")
for a, b in [(1, "a"), ("a", 1), (None, 1), ([], ()), ({}, {}), ({1}, [1]), (1j, 1), (object, object)]:
    err(lambda: a < b)
print([1, 2] == [1.0, 2.0], (1,) == [1], {1: 2} == {1: 2.0}, "a" == "a")
nan = float("nan")
print([nan] == [nan], nan in [nan], nan == nan, [float("nan")] == [float("nan")])

class NoEq:
    __eq__ = None

err(lambda: NoEq() == 1)
err(lambda: hash(NoEq()))

class EqOnly:
    def __eq__(self, other):
        return True

err(lambda: hash(EqOnly()))
print(EqOnly() != 1, 1 != EqOnly(), 1 == EqOnly())

class Ref:
    def __lt__(self, o): return "lt"
    def __gt__(self, o): return "gt"
    def __le__(self, o): return "le"
    def __ge__(self, o): return "ge"

r = Ref()
print(r < 1, r > 1, 1 < r, 1 > r, 1 <= r, 1 >= r, r <= r)
print(min([3, 1, 2], key=lambda x: -x), True + True, True == 1, "a" in "cat")
print(True & False, True | False, True ^ True, ~0, type(True & 1), type(True & True))
