"""Writes expressions.txt and containers.txt: what CPython 3.14 says about the expressions in them.

Run with PYTHONHASHSEED=0 after adding lines (only what stands before the tab is read).
"""

import pathlib
import warnings

warnings.simplefilter("ignore")
for name in ("expressions.txt", "containers.txt"):
    path = pathlib.Path(__file__).with_name(name)
    lines = []
    for line in path.read_text("utf-8").splitlines():
        source = line.split("\t")[0]
        if not source or source.startswith("#"):
            lines.append(source)
            continue
        try:
            result = ascii(eval(source, {}))
        except Exception as e:
            result = f"{type(e).__name__}: {e}".replace("\n", "\\n").encode("ascii", "backslashreplace").decode()
        lines.append(f"{source}\t{result}")
    path.write_text("\n".join(lines) + "\n", "utf-8")
