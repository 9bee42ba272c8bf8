import math
import sys
from math import pi, sqrt as root
import os.path
import collections.abc as cabc
print(math.floor(2.7), root(16), round(pi, 5))
print(os.path.join("a", "b"), os.path.basename("/x/y.z"))
print(cabc.__name__, math.__name__)
try:
    import not_a_module_anywhere
except ImportError as e:
    print(type(e).__name__, e, e.name)
try:
    from math import nothing_here
except ImportError as e:
    print(str(e).split(" (")[0])
try:
    import math.sub
except ImportError as e:
    print(e)
print("math" in sys.modules, sys.modules["math"] is math)
def local_import():
    import string
    return string.digits
print(local_import())
from string import ascii_lowercase as low, ascii_uppercase as up
print(low[:3] + up[-3:])
import functools, itertools
print(functools.reduce(lambda a, b: a + b, [1, 2, 3]), list(itertools.chain([1], [2])))
m = __import__("math")
print(m is math, math.inf, -math.inf)
print(type(math), repr(type(sys)))
