"""A chain of generators: source, filter, map, window, sum."""
import sys


def numbers(limit):
    seed = 12345
    for _ in range(limit):
        seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
        yield seed


def keep_odd(source):
    for value in source:
        if value & 1:
            yield value


def reduced(source, modulus):
    return (value % modulus for value in source)


def windows(source, width):
    window = []
    for value in source:
        window.append(value)
        if len(window) == width:
            yield window
            window = []
    if window:
        yield window


def flattened(groups):
    for group in groups:
        yield from group
        yield sum(group)


def running(source):
    total = 0
    while True:
        value = yield total
        if value is None:
            return
        total = (total + value) % 1_000_003


def main(limit):
    accumulator = running(None)
    next(accumulator)
    total = count = 0
    for value in flattened(windows(reduced(keep_odd(numbers(limit)), 1009), 8)):
        total = accumulator.send(value)
        count += 1
    print(count, total)


size = sys.argv[1] if len(sys.argv) > 1 else "small"
main({"small": 200_000, "full": 12_000_000}[size])
