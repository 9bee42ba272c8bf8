"""Fibonacci numbers with thousands of digits: addition of big integers."""
import sys


def fib(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


size = sys.argv[1] if len(sys.argv) > 1 else "small"
steps = {"small": range(20_000, 40_001, 5_000), "full": range(20_000, 100_001, 2_000)}[size]
for n in steps:
    value = fib(n)
    print(n, value.bit_length(), value % 10**18, value % 998_244_353)
