"""An attribute of a class that becomes a property, a plain value and a function in turn, while threads read it."""
import threading


class Thing:
    x = 3


def seven(self):
    return 7


thing = Thing()
wrong = []
done = threading.Event()


def read():
    for _ in range(4_000):
        value = thing.x
        if value not in (3, 5) and getattr(value, "__func__", None) is not seven:
            wrong.append(value)


def change():
    while not done.is_set():
        Thing.x = property(lambda self: 5)
        Thing.x = 3
        Thing.x = seven


readers = [threading.Thread(target=read) for _ in range(2)]
writer = threading.Thread(target=change)
for t in [*readers, writer]:
    t.start()
for t in readers:
    t.join()
done.set()
writer.join()
print("wrong:", wrong[:3])
