def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

print(eval("1 + 2"), eval("x + 1", {"x": 5}), eval("x + y", {"x": 1}, {"y": 2}), eval(" 3"), eval("\t4"))
ns = {}; exec("a = 1\ndef f(): return a + 1\nb = f()", ns); print(ns["a"], ns["b"], sorted(k for k in ns if not k.startswith("__")), "__builtins__" in ns)
c = compile("1 + 2", "<x>", "eval"); print(eval(c), c.co_filename, c.co_name, type(c).__name__)
c = compile("x = 5\nprint(x)", "<y>", "exec"); exec(c)
c = compile("6 * 7", "<z>", "single")
err(lambda: eval("x = 1")); err(lambda: eval("")); err(lambda: eval("1;2")); err(lambda: compile("1", "f", "nope")); err(lambda: compile(5, "f", "exec")); err(lambda: eval(c_undefined))
err(lambda: eval("a\0b")); err(lambda: exec("def")); err(lambda: eval("1", 5)); err(lambda: eval("1", {}, 5)); err(lambda: exec("1", []))
def scope():
    x = 10
    exec("x = 20")
    y = eval("x + 1")
    loc = {}
    exec("z = x + 5", globals(), {**locals(), **loc})
    return x, y, sorted(locals())
print(scope())
def scope2():
    v = 1
    d = locals()
    d["v"] = 2
    return v, d["v"], locals() is locals()
print(scope2())
class Ns(dict):
    def __missing__(self, k): return "missing " + k
print(eval("foo", {}, Ns()), eval("[foo, bar]", {}, Ns()))
exec("class K:\n    x = y\n", {"y": 3}, ns); print(ns["K"].x)
err(lambda: eval("len([1])", {"__builtins__": {}})); print(eval("len([1])", {"__builtins__": {"len": lambda x: "fake"}}))
print(eval(b"1 + 1"), eval("'é'"), eval("'é'".encode()), eval("# coding: latin-1\n'\xe9'".encode("latin-1")) if False else "")
exec("import math\nr = math.floor(2.5)", ns); print(ns["r"])
exec("def g(n):\n    if n: return g(n - 1)\n    return 'done'", ns); print(ns["g"](5))
code = compile("def h(a, b=2, *c, d, **e): 'doc'; q = 1; return lambda: a", "<c>", "exec"); exec(code, ns)
h = ns["h"].__code__
print(h.co_name, h.co_argcount, h.co_kwonlyargcount, h.co_posonlyargcount, h.co_varnames, h.co_cellvars, h.co_freevars, h.co_flags & 12, h.co_firstlineno, h.co_qualname, h.co_nlocals, ns["h"].__doc__)
import ast, types
t = ast.parse("x = 1 + 2"); print(ast.dump(t)); exec(compile(t, "<ast>", "exec"), ns); print(ns["x"])
print(ast.literal_eval("[1, 'a', {'b': (2.5, None)}]")); err(lambda: ast.literal_eval("f()")); print(ast.unparse(ast.parse("def f(a,*,b=1):return a+b")))
f = types.FunctionType(compile("y + 1", "<e>", "eval"), {"y": 41}); print(f())
for src in ["1 if True else 2", "[i for i in range(3)]", "(lambda x: x * 2)(4)", "{'a': 1}['a']", "not 1", "1 < 2 < 3", "(yield_ := 5)", "f'{1+1}'", "...", "None or 'x'"]:
    print(src, "=", eval(src))
exec("a, b = 1, 2; print(a, b)"); exec(""); exec("\n\n"); exec("# comment"); exec("if 1:\n\tprint('tab')\n"); exec("x = 1;"); exec("\x0cprint('ff')"); exec("print('crlf')\r\nprint('again')\r\n")
exec("def k():\n    '''doc'''\n    return __name__", ns); print(ns["k"]())
exec("global gg; gg = 5", ns); print(ns["gg"])
exec("try:\n  1/0\nexcept ZeroDivisionError as e:\n  print(e)"); exec("for i in range(2): print(i)\nelse: print('e')")
exec("async def co(): return 1\nprint(type(co()).__name__ if False else 'co')"); exec("@staticmethod\ndef s(): return 's'\nprint(s())")
print(eval("__name__"), eval("__name__", {}) , eval("sorted(globals())", {"__builtins__": __builtins__, "q": 1}), eval("locals()", {}, {"m": 1}))
exec("print(__debug__)"); print(eval("(a := 1, a)", ns), ns["a"])
exec("del a", ns); print("a" in ns); err(lambda: exec("del a", ns)); err(lambda: eval("undefined_thing", ns))
d = {}; exec("x: int = 5\ny: str", d); print(d["x"], d["__annotate__"](1) if "__annotate__" in d else "")
print(compile("pass", "f", "exec", dont_inherit=True).co_consts[-1:], compile("a", "b", "eval", optimize=2).co_names)
exec("assert False", {}) if False else None; exec(compile("assert False", "f", "exec", optimize=1)); print("optimized")
