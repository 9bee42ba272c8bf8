"""Counts the words of all files below a directory, on all cores.

usage: wordcount.py [DIR] [-n COUNT] [-j JOBS] [--suffix .py]

Without DIR it counts the sources of Python's own standard library.  The files are shared out among the threads of a
ThreadPoolExecutor; each task counts a batch and the batches are merged at the end."""
import argparse
import os
import re
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed

WORD = re.compile(r"[A-Za-z_]+")


def library_directory():
    """Where the standard library's sources are, or None: on some Pythons it is frozen into the executable."""
    candidates = [getattr(sys, "_stdlib_dir", None)]
    if getattr(os, "__file__", None):
        candidates.append(os.path.dirname(os.__file__))
    candidates.append(os.environ.get("PYRE_LIB"))
    for directory in candidates:
        if directory and os.path.isdir(directory):
            return directory
    return None


def find_files(directory, suffix):
    found = []
    for root, directories, names in os.walk(directory):
        directories[:] = sorted(name for name in directories if name != "__pycache__")
        found.extend(os.path.join(root, name) for name in sorted(names) if name.endswith(suffix))
    return [path for path in found if os.path.isfile(path)]


def batches(files, limit):
    """Groups files so that each batch holds about `limit` bytes: many small tasks cost more than they bring."""
    group, size = [], 0
    for path in files:
        group.append(path)
        size += os.path.getsize(path)
        if size >= limit:
            yield group
            group, size = [], 0
    if group:
        yield group


def count_words(paths):
    counts = Counter()
    size = 0
    for path in paths:
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read()
        size += len(text)
        for word in WORD.findall(text):
            counts[word.lower()] += 1
    return counts, size


class Progress:
    """One line that rewrites itself, on a terminal only."""

    def __init__(self, total):
        self.total = total
        self.done = 0
        self.shown = sys.stderr.isatty()
        self.start = time.monotonic()

    def step(self, files):
        self.done += files
        if self.shown:
            elapsed = time.monotonic() - self.start
            sys.stderr.write(f"\r{self.done}/{self.total} files, {elapsed:.1f} s ")
            sys.stderr.flush()

    def finish(self):
        if self.shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def main(argv=None):
    parser = argparse.ArgumentParser(description="Count the words of all files below a directory.")
    parser.add_argument("directory", nargs="?", metavar="DIR", help="where to look (default: the standard library's sources)")
    parser.add_argument("-n", "--most", type=int, default=10, metavar="COUNT", help="how many words to print (default: 10)")
    parser.add_argument("-j", "--jobs", type=int, default=None, help="threads in the pool (default: the processors available)")
    parser.add_argument("--suffix", default=".py", help="only files that end so (default: .py; '' for all)")
    options = parser.parse_args(argv)

    directory = options.directory or library_directory()
    if directory is None:
        parser.error("the library's sources were not found; name a directory, or set PYRE_LIB to one")
    if not os.path.isdir(directory):
        parser.error(f"not a directory: {directory}")

    files = find_files(directory, options.suffix)
    total, characters = Counter(), 0
    progress = Progress(len(files))
    jobs = options.jobs or os.process_cpu_count() or 1
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        tasks = {pool.submit(count_words, group): len(group) for group in batches(files, 200_000)}
        for task in as_completed(tasks):
            counts, size = task.result()
            total.update(counts)
            characters += size
            progress.step(tasks[task])
    progress.finish()

    print(f"{len(files)} files, {characters} characters, {total.total()} words, {len(total)} different")
    for word, count in sorted(total.items(), key=lambda item: (-item[1], item[0]))[:options.most]:
        print(f"{count:8} {word}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
