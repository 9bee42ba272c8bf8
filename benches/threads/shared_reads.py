"""All threads read attributes of the same thousand instances and entries of one shared dict.

Nothing is written but each thread's own locals, so the work should scale with the threads.
usage: shared_reads.py [THREADS] [small|full]"""
import sys
import threading


class Item:
    def __init__(self, number):
        self.name = "item%d" % number
        self.weight = number % 17
        self.group = self.name[-1]

    def heavy(self):
        return self.weight > 8


ITEMS = [Item(i) for i in range(1000)]
BONUS = {item.name: item.weight * 3 for item in ITEMS}


def scan(rounds):
    total = 0
    for _ in range(rounds):
        for item in ITEMS:
            total += item.weight + BONUS[item.name]
            if item.heavy():
                total += len(item.group)
    return total


def work(results, first, step, rounds):
    for number in range(first, len(results), step):
        results[number] = scan(rounds)


def main(count, rounds):
    results = [0] * 24
    threads = [threading.Thread(target=work, args=(results, i, count, rounds)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(sum(results), len(set(results)))


count = int(sys.argv[1]) if len(sys.argv) > 1 else 2
size = sys.argv[2] if len(sys.argv) > 2 else "small"
main(count, {"small": 40, "full": 1500}[size])
