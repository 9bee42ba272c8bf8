from dataclasses import dataclass

def m(x):
    match x:
        case 0: return "zero"
        case 1 | 2 | 3: return "small"
        case -1: return "minus one"
        case 1.5: return "float"
        case "a" | "b": return "letter"
        case None: return "none"
        case True: return "true"
        case []: return "empty list"
        case [a]: return "one %r" % (a,)
        case [a, b]: return "two %r %r" % (a, b)
        case [1, *rest]: return "starts with 1, rest %r" % (rest,)
        case [a, *_, z]: return "many %r..%r" % (a, z)
        case {"type": "p", "x": x, **rest}: return "p %r %r" % (x, rest)
        case {"k": [v, *_]}: return "k %r" % (v,)
        case {}: return "some dict"
        case int(n) if n > 100: return "big %d" % n
        case int(): return "int"
        case str() as s: return "str " + s
        case (float() | complex()) as num: return "num %r" % num
        case _: return "other"

for v in [0, 2, -1, 1.5, "a", "zz", None, True, False, [], (), [7], (7, 8), [1, 2, 3], [5, 6, 7, 8], {"type": "p", "x": 1, "q": 2},
          {"k": [9, 8]}, {"z": 1}, {}, 101, 50, 2.5, 3j, {1}, b"ab", range(3), object]:
    print(v if v is not object else "object", "->", m(v))

class Point:
    __match_args__ = ("x", "y")
    def __init__(self, x, y):
        self.x, self.y = x, y

@dataclass
class Circle:
    center: Point
    r: int

def shape(s):
    match s:
        case Point(0, 0): return "origin"
        case Point(0, y): return "on y at %d" % y
        case Point(x=x, y=0): return "on x at %d" % x
        case Point(x, y) if x == y: return "diagonal %d" % x
        case Point(): return "point"
        case Circle(Point(0, 0), r): return "circle at origin r %d" % r
        case Circle(center=Point(x=cx), r=10): return "circle 10 at %d" % cx
        case Circle(): return "circle"

for s in [Point(0, 0), Point(0, 5), Point(6, 0), Point(3, 3), Point(1, 2), Circle(Point(0, 0), 2),
    Circle(Point(4, 1), 10), Circle(Point(1, 1), 1), 5]:
    print(shape(s))

class Color:
    RED = 1
    GREEN = "g"

def color(c):
    match c:
        case Color.RED: return "red"
        case Color.GREEN: return "green"
        case other: return "other %r" % (other,)

print(color(1), color("g"), color(5))

def seq(x):
    match x:
        case (1, 2) | [3, 4]: return "pair"
        case [[a, b], [c, d]]: return a + b + c + d
        case [*all]: return all
        case _: return "no seq"

print(seq([1, 2]), seq((3, 4)), seq([[1, 2], [3, 4]]), seq("ab"), seq(range(2)), seq({1: 2}))

def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

def bad_args(p):
    match p:
        case Point(1, 2, 3): return "x"
def no_args(p):
    match p:
        case Exception(1): return "x"
def not_class(p):
    match p:
        case bad_args(): return "x"
def twice(p):
    match p:
        case Point(1, x=2): return "x"
class BadMA:
    __match_args__ = 5
class BadMA2:
    __match_args__ = (5,)
def bad_ma(p):
    match p:
        case BadMA(1): return "x"
def bad_ma2(p):
    match p:
        case BadMA2(1): return "x"
err(lambda: bad_args(Point(1, 2)))
err(lambda: no_args(Exception()))
err(lambda: not_class(1))
err(lambda: twice(Point(1, 2)))
err(lambda: bad_ma(BadMA()))
err(lambda: bad_ma2(BadMA2()))
match 5:
    case x if x > 10:
        print("no")
    case x:
        print("bound", x)
match 1, 2:
    case a, b:
        print(a, b)
match {"a": 1, "b": None}:
    case {"b": None, "a": int(v)}:
        print("ok", v)
match [1, [2, [3]]]:
    case [a, [b, [c]]]:
        print(a, b, c)
match = 5
case = match + 1
print(match, case)
match (match):
    case 5: print("soft keyword")
match -3:
    case -3: print("neg")
match 3 + 4j:
    case 3 + 4j: print("complex")
match "x":
    case str("x"): print("str(x)")
match {1, 2}:
    case set(): print("set")
