"""The spectral norm of an infinite matrix's corner: float loops and calls in comprehensions."""
import math
import sys


def entry(i, j):
    diagonal = i + j
    return 1.0 / (diagonal * (diagonal + 1) // 2 + i + 1)


def times(vector):
    n = range(len(vector))
    return [sum(entry(i, j) * vector[j] for j in n) for i in n]


def transposed_times(vector):
    n = range(len(vector))
    out = []
    for i in n:
        total = 0.0
        for j in n:
            total += entry(j, i) * vector[j]
        out.append(total)
    return out


def norm(n):
    u = [1.0] * n
    v = u
    for _ in range(10):
        v = transposed_times(times(u))
        u = transposed_times(times(v))
    uv = sum(a * b for a, b in zip(u, v))
    vv = sum(b * b for b in v)
    return math.sqrt(uv / vv)


size = sys.argv[1] if len(sys.argv) > 1 else "small"
print("%.9f" % norm({"small": 150, "full": 800}[size]))
