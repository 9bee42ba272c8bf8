"""Doubly recursive Fibonacci numbers, from 0 up to a limit."""
import sys


def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


size = sys.argv[1] if len(sys.argv) > 1 else "small"
for n in range({"small": 26, "full": 35}[size]):
    print(n, fib(n))
