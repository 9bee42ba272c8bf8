"""Threads that each create and combine small objects: allocation, method calls, reference counts of shared classes.

usage: object_arithmetic_threads.py [THREADS] [small|full]"""
import sys
import threading

MODULUS = 1_000_003


class Pair:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Pair((self.x + other.x) % MODULUS, (self.y + other.y) % MODULUS)

    def __mul__(self, other):
        return Pair((self.x * other.x - self.y * other.y) % MODULUS, (self.x * other.y + self.y * other.x) % MODULUS)

    def norm(self):
        return (self.x * self.x + self.y * self.y) % MODULUS


def chunk(number, rounds):
    value = Pair(number + 2, 3)
    turn = Pair(5, number + 7)
    total = 0
    for _ in range(rounds):
        value = value * turn + turn
        total += value.norm()
    return total % MODULUS


def work(results, first, step, rounds):
    for number in range(first, len(results), step):
        results[number] = chunk(number, rounds)


def main(count, rounds):
    results = [0] * 24
    threads = [threading.Thread(target=work, args=(results, i, count, rounds)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(sum(results), results[0], results[-1])


count = int(sys.argv[1]) if len(sys.argv) > 1 else 2
size = sys.argv[2] if len(sys.argv) > 2 else "small"
main(count, {"small": 8_000, "full": 250_000}[size])
