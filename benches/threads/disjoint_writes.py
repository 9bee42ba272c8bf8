"""All threads write keys of their own into one shared dict.   usage: disjoint_writes.py [THREADS] [small|full]

The same number of writes is shared out among the threads: it must not take longer than one thread needs."""
import sys
import threading

SLOTS = 2400


def work(shared, first, step, rounds):
    keys = range(first, SLOTS, step)
    for turn in range(rounds):
        for key in keys:
            shared[key] = key + turn


def main(count, rounds):
    shared = {}
    threads = [threading.Thread(target=work, args=(shared, i, count, rounds)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(len(shared), sum(shared.values()), all(shared[key] == key + rounds - 1 for key in range(SLOTS)))


count = int(sys.argv[1]) if len(sys.argv) > 1 else 2
size = sys.argv[2] if len(sys.argv) > 2 else "small"
main(count, {"small": 500, "full": 15_000}[size])
