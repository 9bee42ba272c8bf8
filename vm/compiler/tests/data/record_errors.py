"""Records what CPython 3.14 says about the snippets in errors_snippets.txt.

Snippets are separated by lines of `----`; a first line `#mode: eval` or `#mode: single` sets the mode. Run with CPython
3.14; writes errors_expected.txt: one line per snippet with the fields source, mode, type, message, lineno, offset,
end_lineno, end_offset, separated by tabs, with backslash, tab and newline escaped. Valid snippets get the type `ok`.
"""
import pathlib
import warnings

warnings.simplefilter("ignore")
here = pathlib.Path(__file__).parent


def escape(text):
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


lines = []
for snippet in (here / "errors_snippets.txt").read_text().split("\n----\n"):
    mode = "exec"
    if snippet.startswith("#mode: "):
        first, snippet = snippet.split("\n", 1)
        mode = first.removeprefix("#mode: ")
    snippet = snippet.replace("\\t", "\t").replace("\\f", "\f")
    try:
        compile(snippet, "f", mode)
        fields = ["ok", "", 0, 0, 0, 0]
    except SyntaxError as e:
        fields = [type(e).__name__, e.msg, e.lineno or 0, e.offset or 0, e.end_lineno or 0, e.end_offset or 0]
    except Exception as e:
        fields = [type(e).__name__, str(e), 0, 0, 0, 0]
    lines.append("\t".join([escape(snippet), mode, fields[0], escape(fields[1])] + [str(f) for f in fields[2:]]))
(here / "errors_expected.txt").write_text("\n".join(lines) + "\n")
