"""Records what CPython 3.14 prints for the language scripts.

usage: python3.14 tests/record.py [NAME...]        (no NAME: all of tests/lang)
       python3.14 tests/record.py --programs       (the examples and benchmarks that tests/programs lists)

Each script runs in three processes: twice alone, with different hash seeds, and once through
four_threads.py.  A script whose output differs between them is refused: it is not fit to be a test.
The record is the standard output; what went to standard error and the exit status follow when there is any."""
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
LANG = os.path.join(HERE, "lang")


def run(args, seed):
    env = dict(os.environ, PYTHONHASHSEED=str(seed), PYTHONDONTWRITEBYTECODE="1", LC_ALL="C.UTF-8", NO_COLOR="1")
    for name in ("PYTHONPATH", "FORCE_COLOR", "PYTHON_COLORS"):
        env.pop(name, None)
    done = subprocess.run([sys.executable, *args], capture_output=True, env=env, cwd=LANG, timeout=60, stdin=subprocess.DEVNULL)
    return done.stdout.decode(), done.stderr.decode(), done.returncode


def transcript(out, err, status):
    """The text that is compared: tests/lang.rs builds the same."""
    text = out
    if err or status:
        text += "--- stderr\n" + err + "--- exit status %d\n" % status
    return text.replace(LANG + os.sep, "")


def single_threaded(path):
    with open(path) as file:
        return file.readline().startswith("# single-threaded:")


def record(name):
    path = os.path.join(LANG, name)
    first = transcript(*run([path], 1))
    second = transcript(*run([path], 2))
    if first != second:
        return "differs between two runs"
    if not single_threaded(path):
        out, err, status = run([os.path.join(HERE, "four_threads.py"), path], 3)
        if status or out != first:
            return "differs in four threads (status %d)\n%s" % (status, err[-2000:])
    with open(os.path.join(LANG, "expected", name[:-3] + ".txt"), "w") as file:
        file.write(first)
    return None


def record_programs():
    folder = os.path.join(HERE, "programs")
    with open(os.path.join(folder, "commands.txt")) as file:
        commands = [line.split() for line in file if line.strip()]
    for name, program, *arguments in commands:
        text = transcript(*run([os.path.join(HERE, os.pardir, program), *arguments], 1))
        with open(os.path.join(folder, name + ".txt"), "w") as file:
            file.write(text)
    print("%d recorded" % len(commands))
    return 0


def main():
    if sys.argv[1:] == ["--programs"]:
        return record_programs()
    names = [os.path.basename(name) for name in sys.argv[1:]]
    if not names:
        names = sorted(name for name in os.listdir(LANG) if name.endswith(".py"))
    bad = 0
    for name in names:
        problem = record(name)
        if problem:
            bad += 1
            print(name + ": " + problem, file=sys.stderr)
    print("%d recorded, %d refused" % (len(names) - bad, bad))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
