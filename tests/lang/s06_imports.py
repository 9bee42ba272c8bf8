# single-threaded: imports modules of its own and looks into sys.modules
def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

import sys, os
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
import pkg
print(pkg.__name__, pkg.value, pkg.__package__, hasattr(pkg, "__path__"), pkg.__spec__.name)
from pkg import a, b as bee
print(a.name, bee.name, pkg.a is a)
import pkg.sub.deep
print(pkg.sub.deep.where, pkg.sub.deep.up, pkg.sub.__package__)
from pkg.sub import *
print(exported, "hidden" in globals())
from pkg.star import *
print(public, "_private" in globals())
import pkg.sub.deep as d
print(d is pkg.sub.deep)
from pkg import circ1
print(circ1.get(), circ1.circ2.get())
err(lambda: __import__("pkg.missing"))
err(lambda: __import__("pkg.a.nothing"))
err(lambda: __import__(""))
def f():
    from pkg import nothing
try: f()
except ImportError as e: print(str(e).split(" (")[0], e.name)
try: import pkg.broken
except ZeroDivisionError as e: print("broken:", e, "pkg.broken" in sys.modules)
try: import pkg.syntax
except SyntaxError as e: print("syntax:", e.msg, e.lineno)
import importlib
print(importlib.import_module("pkg.a") is a, importlib.import_module(".b", "pkg").name)
err(lambda: importlib.import_module(".b"))
m = sys.modules.pop("pkg.counted", None)
import pkg.counted
import pkg.counted
print(pkg.counted.runs)
importlib.reload(pkg.counted)
print(pkg.counted.runs)
print(pkg.lazy_attr, pkg.__getattr__("other"))
err(lambda: pkg.really_missing)
sys.modules["fake_mod"] = "a string"
import fake_mod
print(fake_mod)
sys.modules["none_mod"] = None
err(lambda: __import__("none_mod"))
import types
mod = types.ModuleType("made", "doc")
mod.x = 1
sys.modules["made"] = mod
import made
print(made.x, made.__doc__, made.__name__, repr(made))
from made import x as made_x
print(made_x)
err(lambda: exec("from made import y"))
exec("import os.path as p, sys as s\nprint(p.__name__ == os.path.__name__, s is sys)")
print(__import__("pkg.sub").__name__, __import__("pkg.sub", fromlist=["deep"]).__name__)
print(__import__("sub", globals={"__package__": "pkg", "__name__": "pkg"}, level=1).__name__ if False else "")
err(lambda: exec("from . import x", {"__name__": "__main__"}))
err(lambda: exec("from .. import x", {"__name__": "pkg.a", "__package__": "pkg"}))
err(lambda: exec("from .nope import x", {"__name__": "pkg.a", "__package__": "pkg"}))
exec("from .a import name\nprint(name)", {"__name__": "pkg.z", "__package__": "pkg"})
print(sorted(n for n in vars(pkg) if not n.startswith("_"))[:5], pkg.__file__.endswith("__init__.py"))
print(a.__file__.endswith("a.py"))
class Finder:
    def find_spec(self, name, path, target=None):
        if name == "virtual":
            return importlib.machinery.ModuleSpec(name, self)
    def create_module(self, spec): return None
    def exec_module(self, module): module.hello = "from finder"
import importlib.machinery
sys.meta_path.insert(0, Finder())
import virtual
print(virtual.hello, virtual.__spec__.name)
sys.meta_path.pop(0)
import ns_pkg.inner
print(ns_pkg.inner.v, hasattr(ns_pkg, "__file__") and ns_pkg.__file__)
print(importlib.util.find_spec("pkg.a").name, importlib.util.find_spec("nope_at_all")) if hasattr(importlib, "util") else __import__("importlib.util") and print(importlib.util.find_spec("pkg.a").name, importlib.util.find_spec("nope_at_all"))
