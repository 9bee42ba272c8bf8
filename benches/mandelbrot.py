"""Counts iterations of z*z + c over a grid: float arithmetic in a tight loop."""
import sys

LIMIT = 100


def row(y, width, height):
    inside = 0
    digest = 0
    ci = 2.4 * y / height - 1.2
    for x in range(width):
        cr = 3.0 * x / width - 2.1
        zr = zi = 0.0
        n = 0
        while n < LIMIT:
            rr = zr * zr
            ii = zi * zi
            if rr + ii > 4.0:
                break
            zi = 2.0 * zr * zi + ci
            zr = rr - ii + cr
            n += 1
        else:
            inside += 1
        digest = (digest * 31 + n) % 1_000_000_007
    return inside, digest


def main(width, height):
    inside = 0
    digest = 0
    for y in range(height):
        count, part = row(y, width, height)
        inside += count
        digest = (digest * 131 + part) % 1_000_000_007
    print(width, height, inside, digest)


size = sys.argv[1] if len(sys.argv) > 1 else "small"
main(*{"small": (160, 120), "full": (960, 720)}[size])
