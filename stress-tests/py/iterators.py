"""Threads pull from the same iterators: items are whole, nothing is invented, generators refuse to run twice at once."""
import itertools
import threading

from harness import THREADS, check, finish, run

SIZE = 3000
lock = threading.Lock()
current = {}


def fresh():
    def generator():
        for i in range(SIZE):
            yield i

    data = list(range(SIZE))
    return {
        "list": iter(data),
        "tuple": iter(tuple(data)),
        "range": iter(range(SIZE)),
        "dict": iter(dict.fromkeys(data)),
        "set": iter(set(data)),
        "enumerate": (enumerate(data)),
        "zip": zip(data, data),
        "map": map(lambda x: x, data),
        "filter": filter(None, data),
        "reversed": reversed(data),
        "count": itertools.islice(itertools.count(), SIZE),
        "chain": itertools.chain(data[:SIZE // 2], data[SIZE // 2:]),
        "cycle": itertools.islice(itertools.cycle([1, 2, 3]), SIZE),
        "str": iter("x" * SIZE),
        "bytes": iter(b"x" * SIZE),
        "generator": generator(),
        "nested": (a for a in generator()),
    }


current.update(fresh())


def pull(rng, running):
    pulled = 0
    names = sorted(current)
    while running():
        name = rng.choice(names)
        source = current[name]
        for _ in range(rng.randrange(1, 200)):
            try:
                item = next(source)
            except StopIteration:
                with lock:
                    if current[name] is source:
                        current[name] = fresh()[name]
                break
            except ValueError as error:
                check("already executing" in str(error), name, error)
                continue
            pulled += 1
            if type(item) is tuple:
                check(len(item) == 2, name, "torn", item)
                # An item that is given twice is counted twice: only the other half of a pair is bounded.
                item = item[1] if name == "enumerate" else item[0]
            check(item == "x" or 0 <= item < SIZE, name, "invented", item)
    return pulled


finish(sum(run([pull] * THREADS)))
