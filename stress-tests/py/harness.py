"""What all stress programs share: arguments, threads that work until a moment, and a verdict.

usage of each program: PROGRAM.py [SEED] [SECONDS] [THREADS]

A worker is a function `worker(rng, running)` that loops while `running()` is true. A failed assertion or an exception
in any worker makes the program exit with status 1."""
import random
import sys
import threading
import time
import traceback

SEED = int(sys.argv[1]) if len(sys.argv) > 1 else 1
SECONDS = float(sys.argv[2]) if len(sys.argv) > 2 else 1.0
THREADS = int(sys.argv[3]) if len(sys.argv) > 3 else 4

problems = []


def check(condition, *what):
    if not condition:
        raise AssertionError(" ".join(map(str, what)))


def run(workers, seconds=None):
    """Runs one thread for each worker until the time is up; returns what the workers returned."""
    deadline = time.monotonic() + (SECONDS if seconds is None else seconds)
    barrier = threading.Barrier(len(workers))
    results = [None] * len(workers)

    def running():
        return time.monotonic() < deadline and not problems

    def body(index, worker):
        rng = random.Random(SEED * 1000 + index)
        try:
            barrier.wait()
            results[index] = worker(rng, running)
        except BaseException:
            problems.append(traceback.format_exc())

    threads = [threading.Thread(target=body, args=(i, worker)) for i, worker in enumerate(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        finish()
    return results


def finish(*summary):
    """Ends the program with a verdict."""
    if problems:
        print("FAILED", len(problems))
        print(problems[0])
        sys.exit(1)
    print("ok", *summary)
    sys.exit(0)
