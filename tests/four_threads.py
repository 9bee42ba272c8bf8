"""Runs one script in four threads of one process at once and compares what they print.

usage: four_threads.py SCRIPT

Each thread executes the whole source in a namespace of its own whose `print` appends to that thread's list.
The common output is written once, so that it can be compared with the recorded one; a difference between the
threads is reported on standard error with exit status 1."""
import sys
import threading

THREADS = 4


def start(code, path, barrier, outcome):
    lines = []

    def print(*values, sep=" ", end="\n", file=None, flush=False):
        sep = " " if sep is None else sep
        end = "\n" if end is None else end
        text = sep.join([str(value) for value in values]) + end
        if file is None:
            lines.append(text)
        else:
            file.write(text)

    namespace = {"__name__": "__main__", "__file__": path, "__builtins__": __builtins__, "print": print}
    barrier.wait()
    try:
        exec(code, namespace)
        outcome["error"] = None
    except SystemExit as error:
        outcome["error"] = "SystemExit: %s" % (error.code,) if error.code else None
    except BaseException as error:
        import traceback
        outcome["error"] = "".join(traceback.format_exception(error))
    outcome["output"] = "".join(lines)


def main():
    path = sys.argv[1]
    with open(path, encoding="utf-8") as file:
        code = compile(file.read(), path, "exec")
    barrier = threading.Barrier(THREADS)
    outcomes = [{} for _ in range(THREADS)]
    threads = [threading.Thread(target=start, args=(code, path, barrier, outcome)) for outcome in outcomes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    status = 0
    for number, outcome in enumerate(outcomes):
        if outcome.get("error", "thread died"):
            sys.stderr.write("thread %d: %s\n" % (number, outcome.get("error", "thread died")))
            status = 1
        elif outcome["output"] != outcomes[0].get("output"):
            sys.stderr.write("thread %d printed something else than thread 0:\n%s\n" % (number, outcome["output"]))
            status = 1
    sys.stdout.write(outcomes[0].get("output", ""))
    return status


if __name__ == "__main__":
    sys.exit(main())
