# single-threaded: argparse writes to the process's standard streams
import argparse, sys, io, contextlib
def run(p, args):
    out, errs = io.StringIO(), io.StringIO()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errs): r = p.parse_args(args)
        print(args, "->", r)
    except SystemExit as e: print(args, "exit", e.code)
    if out.getvalue(): print(out.getvalue(), end="")
    if errs.getvalue(): print(errs.getvalue(), end="")
p = argparse.ArgumentParser(prog="prog", description="A program that does something useful with its arguments.", epilog="That is all.")
p.add_argument("file", help="the file to read")
p.add_argument("extra", nargs="*", type=int, help="numbers")
p.add_argument("-v", "--verbose", action="store_true", help="say more")
p.add_argument("-c", "--count", action="count", default=0)
p.add_argument("-n", "--number", type=int, default=5, metavar="N", help="a number (default: %(default)s)")
p.add_argument("--mode", choices=["fast", "slow"], default="fast")
p.add_argument("--list", action="append")
p.add_argument("--no-color", dest="color", action="store_false")
p.add_argument("--version", action="version", version="%(prog)s 1.0")
p.add_argument("--flag", action=argparse.BooleanOptionalAction)
p.add_argument("--const", action="store_const", const=42)
p.add_argument("--opt", nargs="?", const="C", default="D")
p.add_argument("--two", nargs=2)
p.add_argument("--many", nargs="+")
for a in [["f"], ["f", "1", "2"], ["-v", "f", "-n", "3"], ["f", "--number=7", "-ccc"],
    ["f", "--list", "a", "--list", "b"], ["f", "--no-color", "--flag"], ["f", "--no-flag", "--const"],
    ["f", "--opt"], ["f", "--opt", "x"], ["--two", "a", "b", "f"], ["--many", "a", "b", "--", "f"],
    ["f", "-n5"], ["f", "--verb"], ["-vcn", "2", "f"], [], ["f", "x"], ["f", "-n", "abc"],
    ["f", "--mode", "medium"], ["f", "--nope"], ["f", "--number"], ["--two", "a", "f"], ["--version"],
    ["--help"], ["f", "--no", "x"], ["f", "-n", "-3"]]:
    run(p, a)
q = argparse.ArgumentParser(prog="git")
sub = q.add_subparsers(dest="cmd", required=True, help="commands")
a = sub.add_parser("add", help="add files", aliases=["a"])
a.add_argument("path")
a.set_defaults(func="do_add")
c = sub.add_parser("commit")
c.add_argument("-m", required=True)
for x in [["add", "x"], ["a", "y"], ["commit", "-m", "msg"], ["commit"], [], ["push"], ["-h"], ["add", "-h"]]:
    run(q, x)
r = argparse.ArgumentParser(prog="r", add_help=False)
g = r.add_mutually_exclusive_group(required=True)
g.add_argument("--a", action="store_true")
g.add_argument("--b", action="store_true")
gr = r.add_argument_group("things", "about things")
gr.add_argument("--thing", required=True, type=lambda s: s.upper())
for x in [["--a", "--thing", "t"], ["--a", "--b", "--thing", "t"], ["--thing", "t"], ["--a"]]: run(r, x)
print(r.format_usage(), r.format_help(), r.parse_known_args(["--a", "--thing", "q", "--unknown", "z"]))
n = argparse.Namespace(a=1, b="x")
print(n, n == argparse.Namespace(a=1, b="x"), "a" in n, vars(n))
s = argparse.ArgumentParser(prog="s", prefix_chars="+-", fromfile_prefix_chars=None, allow_abbrev=False, formatter_class=argparse.ArgumentDefaultsHelpFormatter, argument_default=argparse.SUPPRESS)
s.add_argument("+x", type=float, help="an x")
s.add_argument("--long-name", default=3, help="long")
run(s, ["+x", "1.5"])
run(s, ["--long", "1"])
run(s, ["-h"])
def check(v):
    if v != "ok": raise argparse.ArgumentTypeError(f"{v!r} is not ok")
    return v
t = argparse.ArgumentParser(prog="t")
t.add_argument("v", type=check)
run(t, ["ok"])
run(t, ["bad"])
for bad in (lambda: t.add_argument("v", "-x"), lambda: t.add_argument("--v", nargs=0),
    lambda: t.add_argument("-v", action="nope"), lambda: (t.add_argument("--dup"), t.add_argument("--dup")),
    lambda: t.add_argument("-q", type=5), lambda: argparse.ArgumentParser(foo=1)):
    try: bad(); print("fine")
    except Exception as e: print(type(e).__name__, e)
u = argparse.ArgumentParser(prog="u", exit_on_error=False)
u.add_argument("-i", type=int)
try: u.parse_args(["-i", "x"])
except argparse.ArgumentError as e: print("raised", e)
