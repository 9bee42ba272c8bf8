value = "pkg value"
from . import a
def __getattr__(name):
    if name in ("lazy_attr", "other"):
        return "made " + name
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
