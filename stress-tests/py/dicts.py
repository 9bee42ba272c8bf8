"""Threads change shared dicts: keys of their own stay exact, contested ones hold a value somebody stored."""
from harness import THREADS, check, finish, run

disjoint = {}
contested = {}
once = {}
conserved = {}


class Key:
    """Compares in Python, so that lookups have to let go of the dict."""

    def __init__(self, value):
        self.value = value

    def __eq__(self, other):
        return isinstance(other, Key) and self.value == other.value

    def __hash__(self):
        return self.value % 7


def own_keys(number):
    def work(rng, running):
        expected = {}
        while running():
            for _ in range(100):
                key = (number, rng.randrange(200))
                if rng.random() < 0.3:
                    check(disjoint.pop(key, None) == expected.pop(key, None), "wrong value popped")
                else:
                    value = rng.randrange(1000)
                    disjoint[key] = expected[key] = value
                probe = (number, rng.randrange(200))
                check(disjoint.get(probe) == expected.get(probe), "wrong value read")
        return expected
    return work


def fight(rng, running):
    steps = 0
    while running():
        for _ in range(50):
            steps += 1
            key = rng.randrange(40)
            choice = rng.randrange(9)
            try:
                if choice == 0:
                    contested[key] = (key, steps)
                elif choice == 1:
                    contested.pop(key, None)
                elif choice == 2:
                    value = contested.get(key)
                    check(value is None or value[0] == key, "value of another key:", key, value)
                elif choice == 3:
                    for k, v in contested.items():
                        check(type(k) is not int or v[0] == k, "pair torn")
                elif choice == 4:
                    for k, v in list(contested.items()):
                        check(type(k) is not int or v[0] == k, "pair torn in copy")
                elif choice == 5:
                    contested.update({k: (k, -1) for k in range(key, key + 3)})
                elif choice == 6:
                    contested[Key(key)] = (key, "slow")
                    contested.pop(Key(key), None)
                elif choice == 7 and rng.random() < 0.02:
                    contested.clear()
                else:
                    copy = contested.copy()
                    check(len(copy) == len(list(copy)), "length of copy")
            except RuntimeError as error:
                check("changed" in str(error), error)
    return steps


def first_wins(rng, running):
    seen = {}
    while running():
        for key in range(rng.randrange(500), 500):
            value = once.setdefault(key, object())
            check(seen.setdefault(key, value) is value, "setdefault changed its mind")
    return seen


def give_and_take(rng, running):
    put = got = 0
    while running():
        for _ in range(50):
            if rng.random() < 0.5:
                conserved[rng.random()] = True
                put += 1
            else:
                try:
                    conserved.popitem()
                except KeyError:
                    continue
                got += 1
    return put, got


expected = {}
for part in run([own_keys(i) for i in range(THREADS)]):
    expected.update(part)
check(disjoint == expected, "the dict is not the sum of its parts")
steps = sum(run([fight] * THREADS))
views = run([first_wins] * THREADS)
check(all(view[k] is once[k] for view in views for k in view), "threads saw different values")
totals = run([give_and_take] * THREADS)
check(len(conserved) == sum(p for p, _ in totals) - sum(g for _, g in totals), "items lost")
finish(len(expected), steps, sum(p for p, _ in totals))
