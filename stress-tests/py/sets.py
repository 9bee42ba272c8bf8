"""Threads add to and take from shared sets: nothing is lost, doubled or torn."""
from harness import THREADS, check, finish, run

shared = set()
crowd = set()


def conserve(rng, running):
    put = got = 0
    me = rng.randrange(1 << 50)
    while running():
        for _ in range(50):
            if rng.random() < 0.55:
                shared.add((me, put))
                put += 1
            else:
                try:
                    item = shared.pop()
                except KeyError:
                    continue
                check(len(item) == 2)
                got += 1
    return put, got


def crowded(rng, running):
    steps = 0
    while running():
        for _ in range(50):
            steps += 1
            value = rng.randrange(60)
            choice = rng.randrange(8)
            try:
                if choice == 0:
                    crowd.add(value)
                elif choice == 1:
                    crowd.discard(value)
                elif choice == 2:
                    check(all(0 <= v < 70 for v in crowd), "foreign item")
                elif choice == 3:
                    check(crowd | {value} >= {value})
                elif choice == 4:
                    crowd.update(range(value, value + 5))
                elif choice == 5:
                    crowd.difference_update({value, value + 1})
                elif choice == 6:
                    frozen = frozenset(crowd)
                    check(hash(frozen) == hash(frozenset(list(frozen))))
                else:
                    value in crowd, crowd & {1, 2, 3}, len(crowd)
            except RuntimeError as error:
                check("changed" in str(error), error)
    return steps


totals = run([conserve] * THREADS)
check(len(shared) == sum(p for p, _ in totals) - sum(g for _, g in totals), "items lost")
finish(sum(p for p, _ in totals), sum(run([crowded] * THREADS)))
