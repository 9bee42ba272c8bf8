"""Locks exclude, queues conserve, conditions wake, barriers meet, and pools deliver in order."""
import queue
import threading
from concurrent.futures import ThreadPoolExecutor

from harness import THREADS, check, finish, run

lock = threading.Lock()
recursive = threading.RLock()
condition = threading.Condition()
semaphore = threading.BoundedSemaphore(2)
state = {"inside": 0, "counter": 0, "slots": 0, "turn": 0, "most": 0}
channel = queue.Queue(10)


def exclusive(rng, running):
    done = 0
    while running():
        with lock:
            check(state["inside"] == 0, "two threads in one lock")
            state["inside"] = 1
            state["counter"] += 1
            done += 1
            state["inside"] = 0
        with recursive:
            with recursive:
                state["slots"] += 1
        if semaphore.acquire(timeout=5):
            with lock:
                state["most"] = max(state["most"], 2 - semaphore._value)
            semaphore.release()
        if lock.acquire(blocking=False):
            lock.release()
    return done


def relay(number):
    def work(rng, running):
        turns = 0
        while running():
            with condition:
                if condition.wait_for(lambda: state["turn"] % THREADS == number or not running(), timeout=0.5):
                    if state["turn"] % THREADS == number:
                        state["turn"] += 1
                        turns += 1
                condition.notify_all()
        return turns
    return work


def produce(rng, running):
    total = 0
    while running():
        value = rng.randrange(1000)
        try:
            channel.put(value, timeout=1)
        except queue.Full:
            continue
        total += value
    return total


def consume(rng, running):
    total = 0
    while running() or not channel.empty():
        try:
            total += channel.get(timeout=0.05)
        except queue.Empty:
            pass
    return -total


done = run([exclusive] * THREADS)
check(state["counter"] == sum(done), "lost updates under a lock")
check(state["slots"] == sum(done), "lost updates under a recursive lock")
check(state["most"] <= 2, "semaphore let too many in")
turns = run([relay(i) for i in range(THREADS)])
check(state["turn"] == sum(turns) and max(turns) - min(turns) <= 1, "turns", turns)
rest = 0
totals = run([produce, consume] * max(1, THREADS // 2))
while not channel.empty():
    rest += channel.get_nowait()
check(sum(totals) == rest, "the queue lost or invented items")
with ThreadPoolExecutor(THREADS) as pool:
    check(list(pool.map(lambda x: x * x, range(500))) == [x * x for x in range(500)])
    futures = [pool.submit(divmod, i, i % 5) for i in range(100)]
    check(sum(1 for f in futures if isinstance(f.exception(), ZeroDivisionError)) == 20)
barrier = threading.Barrier(THREADS)
check(sorted(run([lambda rng, running: barrier.wait()] * THREADS)) == list(range(THREADS)))
finish(sum(done), sum(turns))
