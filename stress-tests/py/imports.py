"""Threads import the same fresh modules, packages and circles of modules: each body runs exactly once.

A module of a circle that was refused to one thread may run again."""
import importlib
import os
import shutil
import sys
import tempfile
import time

from harness import SECONDS, SEED, THREADS, check, finish, run

MODULES = 12
folder = tempfile.mkdtemp(prefix="pyre-stress-")
sys.path.insert(0, folder)
sys.dont_write_bytecode = True
executed = []


def write(name, text):
    path = os.path.join(folder, *name.split("/"))
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


def make_round(number):
    """A package of modules that import one another forwards, and two that import each other."""
    package = f"pack{SEED}_{number}"
    note = "import __main__\n__main__.executed.append(__name__)\n"
    write(f"{package}/__init__.py", note)
    for i in range(MODULES):
        after = f"from . import m{i + 1}\n" if i + 1 < MODULES else ""
        write(f"{package}/m{i}.py", note + after + f"value = {i}\ndef get():\n    return value\n")
    for side, opposite in (("left", "right"), ("right", "left")):
        write(f"{package}/{side}.py", note + f"side = '{side}'\nimport {package}.{opposite} as opposite\ndef other():\n    return opposite.side\n")
    importlib.invalidate_caches()
    return package


def importer(package):
    def work(rng, running):
        order = [f"{package}.m{i}" for i in range(MODULES)]
        rng.shuffle(order)
        for name in order:
            module = importlib.import_module(name)
            check(module.get() == int(name.rsplit("m", 1)[1]), name)
        try:
            side = importlib.import_module(f"{package}.{rng.choice(['left', 'right'])}")
        except RuntimeError as error:
            # Two threads that enter a circle from both ends: the import system may refuse one of them.
            check("deadlock detected" in str(error), error)
        else:
            check(side.other() in ("left", "right"))
        try:
            importlib.import_module(f"{package}.missing")
        except ModuleNotFoundError:
            pass
        else:
            check(False, "a module from nowhere")
        return len(order)
    return work


rounds = 0
imported = 0
end = time.monotonic() + SECONDS
try:
    while rounds == 0 or time.monotonic() < end:
        package = make_round(rounds)
        executed.clear()
        imported += sum(run([importer(package)] * THREADS))
        names = sorted(name for name in executed if not name.endswith(("left", "right")))
        check(len(names) == len(set(names)), "a module ran twice:", names)
        check(len(names) == MODULES + 1, "modules that did not run:", names)
        rounds += 1
finally:
    shutil.rmtree(folder, ignore_errors=True)
finish(rounds, imported)
