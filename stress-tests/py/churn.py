"""Threads come and go by the hundred: start, join, thread-locals, exceptions, daemons, threads that start threads."""
import threading
import time

from harness import THREADS, check, finish, run

local = threading.local()
uncaught = []
threading.excepthook = lambda args: uncaught.append(args.exc_type)


class Counted:
    # Appending is one step, so that a finalizer may do it in the middle of anything.
    made = []
    died = []

    def __init__(self):
        Counted.made.append(1)

    def __del__(self):
        Counted.died.append(1)


def leaf(box, value):
    check(not hasattr(local, "value"), "another thread's local")
    local.value = [Counted(), value]
    box.append(local.value[1] * 2)


def tree(depth, box):
    if depth == 0:
        box.append(1)
        return
    children = [threading.Thread(target=tree, args=(depth - 1, box)) for _ in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
        check(not child.is_alive())


def fail():
    raise ZeroDivisionError("on purpose")


def work(rng, running):
    started = failures = 0
    while running():
        choice = rng.randrange(4)
        if choice == 0:
            boxes = [[] for _ in range(8)]
            threads = [threading.Thread(target=leaf, args=(box, i)) for i, box in enumerate(boxes)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            check(boxes == [[i * 2] for i in range(8)], boxes)
            started += 8
        elif choice == 1:
            box = []
            tree(3, box)
            check(len(box) == 8)
            started += 14
        elif choice == 2:
            thread = threading.Thread(target=fail)
            thread.start()
            thread.join()
            failures += 1
            started += 1
        else:
            thread = threading.Thread(target=time.sleep, args=(0.001,), daemon=True)
            thread.start()
            if rng.random() < 0.5:
                thread.join(5)
            started += 1
    return started, failures


results = run([work] * THREADS)
check(len(uncaught) == sum(f for _, f in results), "excepthook calls", len(uncaught))
check(all(kind is ZeroDivisionError for kind in uncaught), set(uncaught))
deadline = time.monotonic() + 5
while len(Counted.died) < len(Counted.made) and time.monotonic() < deadline:
    time.sleep(0.01)
check(len(Counted.died) == len(Counted.made), "made", len(Counted.made), "died", len(Counted.died))
finish(sum(s for s, _ in results), len(uncaught))
