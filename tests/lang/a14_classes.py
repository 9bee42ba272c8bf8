class Point:
    """A point."""
    dims = 2

    def __init__(self, x, y=0):
        self.x = x
        self.y = y

    def norm2(self):
        return self.x * self.x + self.y * self.y

    def __repr__(self):
        return "Point(%r, %r)" % (self.x, self.y)

    def __eq__(self, other):
        return isinstance(other, Point) and self.x == other.x and self.y == other.y

    def __add__(self, other):
        return Point(self.x + other.x, self.y + other.y)

    @staticmethod
    def origin():
        return Point(0, 0)

    @classmethod
    def diagonal(cls, n):
        return cls(n, n)

    @property
    def double(self):
        return self.x * 2

p = Point(3, 4)
print(p, p.x, p.y, p.norm2(), p.dims, Point.dims)
print(p == Point(3, 4), p != Point(3, 5), p + Point(1, 1))
print(Point.origin(), Point.diagonal(2), p.double, Point.__doc__, Point.__name__)
p.x = 10
p.z = "new"
print(p.x, p.z, p.__dict__)
del p.z
print(hasattr(p, "z"), hasattr(p, "x"), getattr(p, "q", "default"))
try:
    p.z
except AttributeError as e:
    print(e)

class Point3(Point):
    def __init__(self, x, y, z):
        super().__init__(x, y)
        self.z = z

    def norm2(self):
        return super().norm2() + self.z ** 2

q = Point3(1, 2, 3)
print(q, q.norm2(), isinstance(q, Point), issubclass(Point3, Point), type(q).__name__, Point3.__bases__ == (Point,))
print([c.__name__ for c in Point3.__mro__])
Point.dims = 3
print(q.dims, p.dims)
p.dims = 7
print(p.dims, Point.dims)
setattr(p, "w", 5)
print(p.w, getattr(p, "w"))
delattr(p, "w")
print(hasattr(p, "w"))

class Stack:
    def __init__(self):
        self.items = []
    def __len__(self):
        return len(self.items)
    def __getitem__(self, i):
        return self.items[i]
    def __setitem__(self, i, v):
        self.items[i] = v
    def __delitem__(self, i):
        del self.items[i]
    def __contains__(self, v):
        return v in self.items
    def __iter__(self):
        return iter(self.items)
    def __call__(self, v):
        self.items.append(v)
        return self
    def __bool__(self):
        return bool(self.items)

s = Stack()
print(bool(s), len(s))
s(1)(2)(3)
print(len(s), s[0], 2 in s, list(s), bool(s))
s[0] = "x"
del s[1]
print(list(s))

class Empty:
    pass

e = Empty()
e.a = 1
print(e.a, vars(e))

class Counter:
    count = 0
    def __init__(self):
        Counter.count += 1

Counter(), Counter()
print(Counter.count)
m = q.norm2
print(m(), Point.norm2(q))

class WithClassBody:
    values = []
    for i in range(3):
        values.append(i)
    if True:
        flag = "set"

print(WithClassBody.values, WithClassBody.i, WithClassBody.flag)
