"""Threads change one list in every way; items stay whole, and no append is lost or doubled."""
from harness import THREADS, check, finish, run

shared = []
mixed = []


def add_and_take(rng, running):
    added, taken = 0, 0
    me = rng.randrange(1 << 40)
    while running():
        for _ in range(50):
            if rng.random() < 0.55:
                shared.append((me, added))
                added += 1
            else:
                try:
                    item = shared.pop()
                except IndexError:
                    continue
                check(type(item) is tuple and len(item) == 2, "not whole:", item)
                taken += 1
    return added, taken


def anything(rng, running):
    count = 0
    while running():
        for _ in range(20):
            choice = rng.randrange(14)
            count += 1
            try:
                if choice == 0:
                    mixed.append(rng.random())
                elif choice == 1:
                    mixed.extend([1, "two", 3.0, None, (4,)])
                elif choice == 2:
                    mixed.insert(rng.randrange(20), "x" * rng.randrange(20))
                elif choice == 3:
                    mixed.pop(0)
                elif choice == 4:
                    del mixed[5:15]
                elif choice == 5:
                    mixed[2:4] = [object(), object(), [1]]
                elif choice == 6:
                    mixed.reverse()
                elif choice == 7:
                    for item in mixed:
                        repr(item)
                elif choice == 8:
                    copy = mixed.copy()
                    check(type(copy) is list)
                    copy += mixed
                elif choice == 9:
                    mixed[:] = mixed[::-1]
                elif choice == 10:
                    "nothing" in mixed, mixed.count(None), len(mixed)
                elif choice == 11:
                    mixed.sort(key=id)
                elif choice == 12:
                    mixed[rng.randrange(10)] = {"k": rng.random()}
                elif len(mixed) > 500:
                    mixed.clear()
            except (IndexError, ValueError):
                pass
    return count


results = run([add_and_take] * THREADS)
added = sum(a for a, _ in results)
taken = sum(t for _, t in results)
check(len(shared) == added - taken, "left", len(shared), "added", added, "taken", taken)
check(len(set(shared)) == len(shared), "doubled items")
finish(added, taken, sum(run([anything] * THREADS)))
