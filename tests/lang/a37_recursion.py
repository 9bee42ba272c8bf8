def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)

print(depth(100), depth(800))

def forever(n):
    return forever(n + 1)

try:
    forever(0)
except RecursionError as e:
    print(type(e).__name__, str(e)[:32])

class R:
    def __getattr__(self, name):
        return getattr(self, name + "x")

try:
    R().a
except RecursionError as e:
    print("getattr", str(e)[:32])

class Rep:
    def __repr__(self):
        return repr(self)

try:
    repr(Rep())
except RecursionError as e:
    print("repr", str(e)[:32])

class Eq:
    def __eq__(self, o):
        return self == o
    __hash__ = None

try:
    Eq() == Eq()
except RecursionError as e:
    print("eq", str(e)[:32])

class Add:
    def __add__(self, o):
        return self + o

try:
    Add() + 1
except RecursionError as e:
    print("add", str(e)[:32])
a = []
for i in range(50):
    a = [a]
print(str(a).count("["))
l = []
l.append(l)
print(l, l == l)
d = {}
d["d"] = d
d["l"] = l
print(d)
t = ([],)
t[0].append(t)
print(t)
m = []
n = [m]
m.append(n)
try:
    print(m == n)
except RecursionError as e:
    print("list eq")

def mutual_a(n):
    return n if n <= 0 else mutual_b(n - 1)
def mutual_b(n):
    return n if n <= 0 else mutual_a(n - 1)
print(mutual_a(500))

def ack(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ack(m - 1, 1)
    return ack(m - 1, ack(m, n - 1))
print(ack(2, 6))

def gen(n):
    if n:
        yield n
        yield from gen(n - 1)
print(sum(gen(100)))

def catch(n):
    try:
        return catch(n + 1)
    except RecursionError:
        return "recovered"
print(catch(0))
class I:
    def __iter__(self):
        return iter(self)
try:
    iter(I())
except RecursionError as e:
    print("iter", str(e)[:32])
class H:
    def __hash__(self):
        return hash(self)
try:
    hash(H())
except RecursionError as e:
    print("hash", str(e)[:32])
def hanoi(n, a, b, c):
    return 0 if n == 0 else hanoi(n - 1, a, c, b) + 1 + hanoi(n - 1, c, b, a)
print(hanoi(10, "a", "b", "c"))
