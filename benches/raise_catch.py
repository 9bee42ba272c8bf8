"""Exceptions raised and caught through one to three frames, with `finally` and re-raising."""
import sys


class Rejected(ValueError):
    def __init__(self, code):
        super().__init__(code)
        self.code = code


def check(n):
    if n % 3 == 0:
        raise Rejected(n)
    if n % 5 == 0:
        raise KeyError(n)
    return n


def guarded(n, log):
    try:
        return check(n)
    except KeyError:
        log[0] += 1
        return -1
    finally:
        log[1] += 1


def relay(n, log):
    try:
        return guarded(n, log)
    except ValueError:
        log[2] += 1
        raise


def run(count):
    log = [0, 0, 0]
    total = 0
    for n in range(count):
        try:
            total += relay(n, log)
        except Rejected as error:
            total -= error.code & 7
    table = {i: i for i in range(0, 1000, 2)}
    missing = 0
    for n in range(count):
        try:
            missing += table[n % 1000]
        except KeyError as error:
            missing += error.args[0]
    return total, missing, log


size = sys.argv[1] if len(sys.argv) > 1 else "small"
print(*run({"small": 150_000, "full": 4_000_000}[size]))
