"""Pancake flips over all permutations of n: list indexing, slices and small loops."""
import sys


def fannkuch(n):
    permutation = list(range(n))
    counters = [0] * n
    most = checksum = 0
    sign = 1
    while True:
        first = permutation[0]
        if first:
            row = permutation[:]
            flips = 0
            while first:
                row[:first + 1] = row[first::-1]
                flips += 1
                first = row[0]
            if flips > most:
                most = flips
            checksum += sign * flips
        # the next permutation: alternate between one swap and a rotation of a longer prefix
        if sign == 1:
            permutation[0], permutation[1] = permutation[1], permutation[0]
            sign = -1
            continue
        permutation[1], permutation[2] = permutation[2], permutation[1]
        sign = 1
        width = 2
        while True:
            counters[width] += 1
            if counters[width] <= width:
                break
            counters[width] = 0
            width += 1
            if width == n:
                return checksum, most
            permutation.insert(width, permutation.pop(0))


size = sys.argv[1] if len(sys.argv) > 1 else "small"
n = {"small": 8, "full": 10}[size]
print(n, *fannkuch(n))
