"""All placements of n queens: recursion through generators, sets and tuples."""
import sys


def place(n, row, columns, rising, falling):
    if row == n:
        yield columns
        return
    for column in range(n):
        if column in columns or row + column in rising or row - column in falling:
            continue
        yield from place(n, row + 1, columns + (column,), rising | {row + column}, falling | {row - column})


def main(n):
    count = 0
    digest = 0
    for solution in place(n, 0, (), frozenset(), frozenset()):
        count += 1
        value = 0
        for column in solution:
            value = value * n + column
        digest = (digest * 7 + value) % 1_000_000_007
    print(n, count, digest)


size = sys.argv[1] if len(sys.argv) > 1 else "small"
main({"small": 9, "full": 12}[size])
