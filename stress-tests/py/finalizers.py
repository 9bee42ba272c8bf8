"""Objects with finalizers and weak references pass between threads; each dies once, and no weak reference gives a dead one."""
import gc
import queue
import time
import weakref

from harness import THREADS, check, finish, problems, run

# Finalizers may run in the middle of anything, a lock held included: they count by appending, which is one step.
made = []
died = []
called = []
channel = queue.SimpleQueue()
cache = weakref.WeakValueDictionary()
survivors = []


class Thing:
    def __init__(self, name):
        self.name = name
        self.partner = None
        self.dead = False
        made.append(1)

    def __del__(self):
        if self.dead:
            problems.append("finalized twice")
        self.dead = True
        died.append(1)


class Phoenix:
    """Comes back from its finalizer once."""

    def __del__(self):
        survivors.append(self)


def on_death(reference):
    called.append(1)


def work(rng, running):
    references = []
    watched = dropped = 0
    count = 0
    while running():
        for _ in range(20):
            count += 1
            choice = rng.randrange(9)
            if choice == 0:
                channel.put(Thing(count))
            elif choice == 1:
                try:
                    thing = channel.get_nowait()
                except queue.Empty:
                    continue
                check(not thing.dead, "a dead object came through the queue")
            elif choice == 2:
                thing = Thing("watched")
                references.append(weakref.ref(thing, on_death))
                watched += 1
                channel.put(thing)
            elif choice == 3 and references:
                thing = rng.choice(references)()
                check(thing is None or not thing.dead, "a weak reference gave a dead object")
            elif choice == 4:
                one, two = Thing("one"), Thing("two")
                one.partner, two.partner = two, one
            elif choice == 5:
                key = rng.randrange(30)
                thing = cache.get(key)
                if thing is None:
                    thing = cache[key] = Thing(key)
                check(thing.name == key, "the cache mixed up its keys")
                channel.put(thing)
            elif choice == 6:
                Phoenix()
            elif choice == 7 and survivors:
                try:
                    survivors.pop()
                except IndexError:
                    pass
            elif rng.random() < 0.02:
                gc.collect()
        if len(references) > 500:
            del references[:250]
            dropped += 1
    return references, watched, dropped


results = run([work] * THREADS)
keep = [references for references, _, _ in results]
while True:
    try:
        channel.get_nowait()
    except queue.Empty:
        break
survivors.clear()
deadline = time.monotonic() + 10
while len(died) != len(made) and time.monotonic() < deadline:
    gc.collect()
    time.sleep(0.01)
check(len(died) == len(made), "made", len(made), "died", len(died))
check(all(reference() is None for references in keep for reference in references), "a weak reference outlived its object")
expected = sum(watched for _, watched, _ in results)
# A weak reference that is dropped before its object dies is not called back.
if any(dropped for _, _, dropped in results):
    check(len(called) <= expected, "callbacks", len(called), expected)
else:
    check(len(called) == expected, "callbacks", len(called), expected)
check(len(cache) == 0, "the cache keeps the dead")
finish(len(made), len(called))
