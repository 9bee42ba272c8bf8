"""Threads change classes and instances while others use them: a lookup sees one state or the other, never a mixture."""
from harness import THREADS, check, finish, run


class Base:
    limit = 10

    def which(self):
        return "base"


class Child(Base):
    pass


class Other(Base):
    def which(self):
        return "other"


class Slotted:
    __slots__ = ("a", "b")


instances = [Child() for _ in range(50)]
slotted = [Slotted() for _ in range(20)]
for thing in instances:
    thing.value = (0, 0)
for thing in slotted:
    thing.a = thing.b = 0


def patched(self):
    return "patched"


def change(rng, running):
    steps = 0
    while running():
        for _ in range(20):
            steps += 1
            thing = rng.choice(instances)
            choice = rng.randrange(8)
            try:
                if choice == 0:
                    Child.which = patched
                elif choice == 1:
                    del Child.which
                elif choice == 2:
                    Base.limit = rng.randrange(10, 20)
                elif choice == 3:
                    thing.value = (steps, steps)
                elif choice == 4:
                    setattr(thing, "extra%d" % rng.randrange(8), rng.random())
                elif choice == 5:
                    delattr(thing, "extra%d" % rng.randrange(8))
                elif choice == 6:
                    thing.__class__ = Other if type(thing) is Child else Child
                else:
                    target = rng.choice(slotted)
                    target.a = steps
                    del target.b
                    target.b = "b"
            except AttributeError:
                pass
    return steps


def use(rng, running):
    steps = 0
    while running():
        for thing in instances:
            steps += 1
            check(thing.which() in ("base", "patched", "other"))
            first, second = thing.value
            check(first == second, "torn attribute")
            check(10 <= thing.limit < 20)
            for name, value in list(thing.__dict__.items()):
                check(name == "value" or type(value) is float, name, value)
            check(isinstance(thing, Base))
        for thing in slotted:
            check(type(thing.a) is int)
            check(getattr(thing, "b", "b") in ("b", 0))
    return steps


finish(*run([change, use] * max(1, THREADS // 2)))
