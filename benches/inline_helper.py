"""A loop through four small functions that call one another: the price of a call."""
import sys


def scale(value):
    return value * 3


def shift(value):
    return scale(value) + 7


def fold(value):
    return shift(value) & 0xFFFF


def step(accumulator, value):
    return (accumulator + fold(value)) % 1_000_003


def run(count):
    accumulator = 0
    for i in range(count):
        accumulator = step(accumulator, i)
    return accumulator


size = sys.argv[1] if len(sys.argv) > 1 else "small"
print(run({"small": 400_000, "full": 10_000_000}[size]))
