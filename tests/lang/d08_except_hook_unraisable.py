# single-threaded: replaces hooks of the process
import sys
def hook(u):
    print("unraisable", type(u.exc_value).__name__, u.exc_value)
sys.unraisablehook = hook
class D:
    def __del__(self): raise ValueError("in del")
d = D()
del d
print("after del")
def excepthook(t, v, tb):
    print("excepthook", t.__name__, v)
sys.excepthook = excepthook
import threading
def thread_hook(args): print("thread hook", args.exc_type.__name__, args.exc_value)
threading.excepthook = thread_hook
def boom(): raise KeyError("in thread")
t = threading.Thread(target=boom)
t.start(); t.join()
import weakref
class W: pass
w = W()
r = weakref.ref(w, lambda _: 1 / 0)
del w
print("still here")
raise RuntimeError("last")
