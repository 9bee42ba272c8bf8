def err(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)

import sys
print(sys.version_info[:2], sys.maxsize, sys.byteorder, sys.maxunicode, sys.hexversion >> 16 == 0x30e)
print(sys.float_info.max, sys.float_info.epsilon, sys.float_info.dig, sys.int_info.default_max_str_digits)
print(sys.hash_info.modulus, sys.hash_info.width, sys.hash_info.inf)
print(type(sys.argv).__name__, type(sys.path).__name__, type(sys.modules).__name__)
print(sys.getrecursionlimit(), sys.getdefaultencoding(), sys.getfilesystemencoding())
print(sys.intern("abc") == "abc", sys.api_version if False else "", sys.platform, sys.copyright[:9])
print(sys.flags.optimize, sys.flags.utf8_mode >= 0, sys.dont_write_bytecode in (True, False))
err(lambda: sys.intern(5))
err(lambda: sys.setrecursionlimit(0))
err(lambda: sys.setrecursionlimit("a"))
err(lambda: sys.getsizeof())
print(sys.getsizeof(1) > 0, sys.getsizeof([]) < sys.getsizeof([1] * 100), sys.getrefcount([]) >= 0)
err(lambda: sys.exit.__name__)
print(sys.implementation.version[:2], hasattr(sys.implementation, "name"))
print(hasattr(sys.implementation, "cache_tag"), sys.is_finalizing(), sys.getswitchinterval() > 0)
print(sys.get_int_max_str_digits())
for code in (None, 0, 1, "msg", (1, 2)):
    try: sys.exit(code)
    except SystemExit as e: print(repr(e), e.code)
try: raise SystemExit
except SystemExit as e: print(repr(e), e.code)
print(sys.stdout.encoding.lower(), sys.stdin.__class__.__name__ if False else "")
print("builtins" in sys.builtin_module_names, "sys" in sys.modules, "json" in sys.stdlib_module_names)
print(len(sys.thread_info), sys.exc_info())
f = sys._getframe()
print(f.f_code.co_name, f.f_lineno > 0, f.f_globals is globals(), f.f_builtins["len"] is len)
def where(): return sys._getframe().f_code.co_name, sys._getframe(1).f_code.co_name, sys._getframe().f_back.f_code.co_name
def outer(): return where()
print(outer())
err(lambda: sys._getframe(10 ** 6))
err(lambda: sys._getframe("a"))
def loc(a, b=2):
    c = [a]
    fr = sys._getframe()
    return sorted(fr.f_locals), fr.f_locals["c"], fr.f_code.co_varnames
print(loc(1))
def write_through():
    x = 1
    sys._getframe().f_locals["x"] = 5
    return x
print(write_through())
def gen():
    y = 1
    yield sys._getframe().f_locals
print(next(gen()).get("y"), sys.displayhook.__name__, sys.excepthook.__name__, callable(sys.settrace))
print(sys.gettrace(), sys.getprofile(), sys.float_repr_style, sys.base_prefix == sys.prefix or True)
print(type(sys.executable).__name__, sys.warnoptions == [] or True)
print(sys._is_gil_enabled() in (True, False), isinstance(sys._xoptions, dict), type(sys.version).__name__)
print(sys.version.startswith("3.14"), sys.unraisablehook.__name__)
