"""Digits of pi by Gibbons' streaming algorithm: multiplication and division of big integers."""
import sys


def digits():
    q, r, t, k, n, odd = 1, 0, 1, 1, 3, 3
    while True:
        if 4 * q + r - t < n * t:
            yield n
            q, r, n = 10 * q, 10 * (r - n * t), 10 * (3 * q + r) // t - 10 * n
        else:
            q, r, t, k, n, odd = q * k, (2 * q + r) * odd, t * odd, k + 1, (q * (7 * k + 2) + r * odd) // (t * odd), odd + 2


def main(count):
    line = ""
    for position, digit in enumerate(digits(), 1):
        line += str(digit)
        if len(line) == 50 or position == count:
            if position % 500 == 0 or position == count:
                print(line, position)
            line = ""
        if position == count:
            break


size = sys.argv[1] if len(sys.argv) > 1 else "small"
main({"small": 2000, "full": 7500}[size])
