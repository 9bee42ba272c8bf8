"""Builds records with three kinds of formatting and takes them apart again."""
import sys


def build(i):
    name = f"user{i % 997:04d}"
    ratio = i / 7
    if i % 3 == 0:
        return f"{name},{i:>8},{ratio:.3f},{'yes' if i & 1 else 'no'}"
    if i % 3 == 1:
        return "%s,%8d,%.3f,%s" % (name, i, ratio, "yes" if i & 1 else "no")
    return "{},{:>8},{:.3f},{}".format(name, i, ratio, "yes" if i & 1 else "no")


def main(count):
    total = 0
    ratios = 0.0
    lengths = 0
    flags = 0
    buffer = []
    for i in range(count):
        line = build(i)
        name, number, ratio, flag = line.split(",")
        total += int(number.strip())
        ratios += float(ratio)
        flags += flag.upper() == "YES"
        buffer.append(name.replace("user", "u").title())
        if len(buffer) == 100:
            joined = ";".join(buffer)
            lengths += len(joined) + joined.count("U1") + joined.find("U0500")
            buffer.clear()
    print(total, f"{ratios:.3f}", flags, lengths)


size = sys.argv[1] if len(sys.argv) > 1 else "small"
main({"small": 80_000, "full": 2_000_000}[size])
