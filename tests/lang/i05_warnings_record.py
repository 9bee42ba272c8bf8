"""Warnings carry the place where they were given, also from functions nobody asked for their file before."""
import warnings


def old():
    warnings.warn("use new()", DeprecationWarning, stacklevel=2)


with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    warnings.warn("plain")
    old()
for w in seen:
    print(w.category.__name__, w.message, w.filename.endswith("i05_warnings_record.py"), w.lineno)
