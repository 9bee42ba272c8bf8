"""Sorts objects and tuples by several keys."""
import operator
import sys


class Record:
    __slots__ = ("name", "city", "age", "score")

    def __init__(self, name, city, age, score):
        self.name = name
        self.city = city
        self.age = age
        self.score = score


def generate(count):
    cities = ["Lima", "Oslo", "Kyoto", "Quito", "Turin", "Accra", "Perth", "Davos"]
    seed = 2024
    records = []
    for i in range(count):
        seed = (seed * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
        bits = seed >> 20
        records.append(Record("n%06d" % (bits % 1_000_000), cities[bits % 8], 18 + bits % 71, (bits % 10_007) / 7))
    return records


def digest(records):
    value = 0
    for record in records:
        value = (value * 31 + record.age + len(record.city) + int(record.score)) % 1_000_000_007
    return value


def main(count):
    records = generate(count)
    records.sort(key=lambda r: r.age)
    print(digest(records))
    records.sort(key=lambda r: (r.city, -r.age, r.name))
    print(digest(records))
    records.sort(key=operator.attrgetter("score"), reverse=True)
    print(digest(records))
    print(digest(sorted(records, key=operator.attrgetter("name", "age"))))
    pairs = [(r.score, r.name) for r in records[::2]]
    pairs.sort()
    print(pairs[0], pairs[-1])


size = sys.argv[1] if len(sys.argv) > 1 else "small"
main({"small": 12_000, "full": 300_000}[size])
