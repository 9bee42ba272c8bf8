"""Exceptions, tracebacks, generators and contexts in many threads, some of them shared between the threads."""
import contextlib
import traceback

from harness import THREADS, check, finish, run

SHARED = ValueError("shared by all")


class Own(Exception):
    def __init__(self, thread, depth):
        super().__init__(thread, depth)


def dig(thread, depth, left):
    try:
        if left == 0:
            raise Own(thread, depth)
        return dig(thread, depth + 1, left - 1)
    finally:
        check(left >= 0)


def numbers():
    received = 0
    while True:
        try:
            received = yield received
        except Own as error:
            received = error.args[1]


@contextlib.contextmanager
def swallowing(kind, log):
    try:
        yield log
    except kind as error:
        log.append(error)


def worker(number):
    def work(rng, running):
        caught = 0
        generator = numbers()
        next(generator)
        while running():
            depth = rng.randrange(1, 60)
            try:
                dig(number, 0, depth)
            except Own as error:
                caught += 1
                check(error.args == (number, depth), "another thread's exception:", error.args)
                frames = traceback.extract_tb(error.__traceback__)
                check(len(frames) == depth + 2, "frames", len(frames), depth)
                check(generator.throw(error) == depth)
            check(generator.send(caught) == caught)
            try:
                try:
                    raise SHARED
                except ValueError as error:
                    raise Own(number, -1) from error
            except Own as error:
                check(error.__cause__ is SHARED)
            log = []
            with swallowing(KeyError, log):
                {}[depth]
            check(log[0].args == (depth,))
            try:
                raise ExceptionGroup("group", [ValueError(number), TypeError(depth)])
            except* ValueError as group:
                check(group.exceptions[0].args == (number,))
            except* TypeError as group:
                check(group.exceptions[0].args == (depth,))
            SHARED.__traceback__ = None
            SHARED.__context__ = None
        return caught
    return work


finish(sum(run([worker(i) for i in range(THREADS)])))
