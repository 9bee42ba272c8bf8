"""Reads web server log lines and reports what stands out: busiest paths, error rates by hour, slow clients.

usage: log_analysis.py [--lines N] [--seed S] [FILE...]

Without FILE it analyses lines that it makes up (always the same ones for the same seed)."""
import argparse
import random
import re
import sys
from collections import Counter, defaultdict, deque, namedtuple
from datetime import datetime, timedelta

LINE = re.compile(
    r"(?P<client>\S+) \S+ \S+ \[(?P<time>[^\]]+)\] "
    r'"(?P<method>[A-Z]+) (?P<path>\S+) HTTP/[\d.]+" (?P<status>\d{3}) (?P<size>\d+|-) (?P<millis>\d+)ms'
)
Hit = namedtuple("Hit", "client time method path status size millis")


def generate(count, seed):
    rng = random.Random(seed)
    moment = datetime(2024, 3, 1, 6, 0, 0)
    paths = ["/", "/index.html", "/login", "/api/items", "/api/items/%d", "/static/app.js", "/report?day=%d"]
    for _ in range(count):
        moment += timedelta(seconds=rng.randrange(0, 40))
        if rng.random() < 0.01:
            yield "-- corrupted line %d --" % rng.randrange(1000)
            continue
        path = rng.choice(paths)
        if "%d" in path:
            path %= rng.randrange(20)
        status = rng.choices([200, 304, 404, 500], [80, 10, 7, 3])[0]
        yield '10.0.%d.%d - - [%s] "%s %s HTTP/1.1" %d %s %dms' % (
            rng.randrange(3), rng.randrange(40), moment.strftime("%d/%b/%Y:%H:%M:%S"),
            rng.choice(["GET", "GET", "GET", "POST"]), path, status,
            "-" if status == 304 else rng.randrange(200, 90_000), int(rng.expovariate(1 / 80)) + 1)


def parse(lines, rejected):
    for number, line in enumerate(lines, 1):
        found = LINE.match(line)
        if found is None:
            rejected.append((number, line.strip()))
            continue
        time = datetime.strptime(found["time"], "%d/%b/%Y:%H:%M:%S")
        size = 0 if found["size"] == "-" else int(found["size"])
        yield Hit(found["client"], time, found["method"], found["path"], int(found["status"]), size, int(found["millis"]))


def normalise(path):
    """/api/items/17 and /api/items/3 are one route."""
    return re.sub(r"(?<=[/=])\d+", "N", path)


def bursts(hits, limit, window):
    """The moments at which a client made more than `limit` requests within `window`."""
    recent = defaultdict(deque)
    found = []
    for hit in hits:
        queue = recent[hit.client]
        queue.append(hit.time)
        while hit.time - queue[0] > window:
            queue.popleft()
        if len(queue) > limit:
            found.append((hit.client, hit.time, len(queue)))
            queue.clear()
    return found


def report(hits, rejected):
    print(f"{len(hits)} requests, {len(rejected)} lines rejected")
    if rejected:
        print("first rejected: line %d: %s" % rejected[0])
    if not hits:
        return
    print(f"from {min(h.time for h in hits):%Y-%m-%d %H:%M} to {max(h.time for h in hits):%Y-%m-%d %H:%M}")

    routes = Counter(normalise(hit.path) for hit in hits)
    print("\nroutes")
    for route, count in sorted(routes.items(), key=lambda item: (-item[1], item[0])):
        millis = sorted(hit.millis for hit in hits if normalise(hit.path) == route)
        print(f"  {route:<20} {count:>6}  median {millis[len(millis) // 2]:>4} ms  worst {millis[-1]:>5} ms")

    hours = defaultdict(Counter)
    for hit in hits:
        hours[hit.time.replace(minute=0, second=0)][hit.status // 100] += 1
    print("\nerrors by hour")
    for hour, classes in sorted(hours.items())[:12]:
        errors = classes[4] + classes[5]
        share = errors / classes.total()
        print(f"  {hour:%d %b %H}h {classes.total():>5} requests {share:>6.1%} {'#' * round(share * 100)}")

    traffic = Counter()
    for hit in hits:
        traffic[hit.client] += hit.size
    print("\ntraffic")
    for client, size in sorted(traffic.items(), key=lambda item: (-item[1], item[0]))[:5]:
        print(f"  {client:<12} {size / 1024:>10,.1f} KiB")

    found = bursts(hits, 4, timedelta(minutes=10))
    print(f"\n{len(found)} bursts")
    for client, time, count in found[:3]:
        print(f"  {client:<12} {time:%H:%M:%S} {count} requests within ten minutes")


def main(argv=None):
    parser = argparse.ArgumentParser(description="Analyse web server logs.")
    parser.add_argument("files", nargs="*", metavar="FILE", help="logs to read (default: generated lines)")
    parser.add_argument("--lines", type=int, default=3000, help="how many lines to generate (default: 3000)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the generated lines (default: 1)")
    options = parser.parse_args(argv)
    rejected = []
    if options.files:
        hits = []
        for name in options.files:
            with open(name, encoding="utf-8", errors="replace") as file:
                hits.extend(parse(file, rejected))
    else:
        hits = list(parse(generate(options.lines, options.seed), rejected))
    report(hits, rejected)
    return 0


if __name__ == "__main__":
    sys.exit(main())
