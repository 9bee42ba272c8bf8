"""Scans generated log text with regular expressions: groups, alternation, substitution."""
import re
import sys

LINE = re.compile(r"^(?P<ip>\d+\.\d+\.\d+\.\d+) - (?P<user>\w+|-) \[(?P<time>[^\]]+)\] \"(?P<verb>GET|POST|PUT) (?P<path>/\S*)\" (?P<code>\d{3}) (?P<size>\d+)$")
NUMBER = re.compile(r"\b\d{2,4}\b")
MAIL = re.compile(r"[\w.]+@[\w.]+\.(?:com|org|net)")
SPACES = re.compile(r"\s+")


def lines(count):
    seed = 4711
    for i in range(count):
        seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
        n = seed >> 8
        user = "user%d" % (n % 31) if n & 1 else "-"
        verb = ("GET", "POST", "PUT", "TRACE")[n % 4]
        yield '10.%d.%d.%d - %s [%02d/Jan/2024:10:%02d:00] "%s /p/%d?q=%d" %d %d' % (
            n % 256, n % 7, n % 250, user, 1 + n % 28, n % 60, verb, n % 100, n % 1000, 200 + n % 5 * 100, n % 50000)


def main(count):
    sizes = {}
    rejected = numbers = mails = squeezed = 0
    for i, line in enumerate(lines(count)):
        found = LINE.match(line)
        if found is None:
            rejected += 1
        else:
            key = found["verb"], found["code"]
            sizes[key] = sizes.get(key, 0) + int(found["size"])
        numbers += len(NUMBER.findall(line))
        if i % 4 == 0:
            text = "write  to a%d@example.com\tor  to b.%d@mail.org, not c@x" % (i, i)
            mails += sum(len(m.group()) for m in MAIL.finditer(text))
            squeezed += len(SPACES.sub(" ", text))
    print(rejected, numbers, mails, squeezed)
    for key in sorted(sizes):
        print(*key, sizes[key])


size = sys.argv[1] if len(sys.argv) > 1 else "small"
main({"small": 12_000, "full": 400_000}[size])
