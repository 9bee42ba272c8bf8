"""A `while` loop that sums integers: nothing but arithmetic on locals."""
import sys


def total(limit):
    result = 0
    i = 0
    while i < limit:
        result += i
        i += 1
    return result


size = sys.argv[1] if len(sys.argv) > 1 else "small"
print(total({"small": 3_000_000, "full": 70_000_000}[size]))
