"""A producer-consumer pipeline on bounded queues: produce, transform, collect, each stage with threads of its own.

usage: pipeline.py [--items N] [--workers W] [--capacity C]

The result does not depend on the number of workers: the collector puts the parts back in order."""
import argparse
import heapq
import os
import queue
import sys
import threading

DONE = object()


def produce(count, out, failures):
    """Makes work items; item 0 mod 97 is deliberately broken."""
    seed = 17
    for number in range(count):
        values = []
        for _ in range(40):
            seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
            values.append(seed >> 16)
        text = ",".join(map(str, values))
        if number % 97 == 96:
            text += ",broken"
        out.put((number, text))
    out.put(DONE)


def transform(source, out, failures):
    """Parses and condenses items until told to stop; passes the sign on to its fellow workers."""
    while True:
        item = source.get()
        if item is DONE:
            source.put(DONE)
            out.put(DONE)
            return
        number, text = item
        try:
            values = [int(field) for field in text.split(",")]
        except ValueError as error:
            with failures.lock:
                failures.messages.append((number, str(error)))
            out.put((number, None))
            continue
        values.sort()
        middle = values[len(values) // 2]
        spread = values[-1] - values[0]
        out.put((number, (middle, spread, sum(v * v for v in values) % 65_537)))


class Failures:
    def __init__(self):
        self.lock = threading.Lock()
        self.messages = []


def collect(source, workers):
    """Yields the results in the order of production although they arrive in any."""
    waiting = []
    expected = 0
    running = workers
    while running:
        item = source.get()
        if item is DONE:
            running -= 1
            continue
        heapq.heappush(waiting, item)
        while waiting and waiting[0][0] == expected:
            yield heapq.heappop(waiting)
            expected += 1
    while waiting:
        yield heapq.heappop(waiting)


def main(argv=None):
    parser = argparse.ArgumentParser(description="Run a pipeline of threads.")
    parser.add_argument("--items", type=int, default=2000, help="how many items to send through (default: 2000)")
    parser.add_argument("--workers", type=int, default=None, help="transforming threads (default: the processors available)")
    parser.add_argument("--capacity", type=int, default=64, help="how much each queue holds (default: 64)")
    options = parser.parse_args(argv)
    workers = options.workers or os.process_cpu_count() or 1
    raw = queue.Queue(options.capacity)
    done = queue.Queue(options.capacity)
    failures = Failures()
    threads = [threading.Thread(target=produce, args=(options.items, raw, failures), name="producer")]
    threads += [threading.Thread(target=transform, args=(raw, done, failures), name=f"worker-{i}") for i in range(workers)]
    for thread in threads:
        thread.start()
    digest = accepted = last = 0
    ordered = True
    for number, result in collect(done, workers):
        ordered = ordered and number >= last
        last = number
        if result is not None:
            accepted += 1
            middle, spread, squares = result
            digest = (digest * 31 + middle + spread + squares) % 1_000_000_007
    for thread in threads:
        thread.join()
    print(f"{accepted} items accepted, {len(failures.messages)} rejected, in order: {ordered}, digest {digest}")
    for number, message in sorted(failures.messages)[:3]:
        print(f"  item {number}: {message}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
