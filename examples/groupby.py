"""Groups sales by region and product: reads CSV, converts, aggregates, writes JSON and a table.

usage: groupby.py [--rows N] [--seed S] [--by region,product] [--json] [FILE]

Without FILE the CSV is generated (always the same one for the same seed)."""
import argparse
import csv
import io
import itertools
import json
import operator
import random
import statistics
import sys
from dataclasses import asdict, dataclass
from datetime import date, timedelta

COLUMNS = ("day", "region", "product", "units", "price")


@dataclass(frozen=True, slots=True)
class Sale:
    day: date
    region: str
    product: str
    units: int
    price: float

    @property
    def revenue(self):
        return self.units * self.price

    @property
    def month(self):
        return self.day.strftime("%Y-%m")


@dataclass
class Summary:
    key: tuple
    sales: int
    units: int
    revenue: float
    median_units: float
    best_day: str


def generate(rows, seed):
    rng = random.Random(seed)
    start = date(2024, 1, 1)
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for _ in range(rows):
        product = rng.choice(["lamp", "desk", 'chair, "office"', "shelf"])
        writer.writerow([start + timedelta(days=rng.randrange(120)), rng.choice(["north", "south", "east", "west"]), product,
                         rng.randrange(1, 12), format(rng.uniform(5, 300), ".2f")])
    return buffer.getvalue()


def read(text):
    for row in csv.DictReader(io.StringIO(text)):
        try:
            yield Sale(date.fromisoformat(row["day"]), row["region"], row["product"], int(row["units"]), float(row["price"]))
        except (KeyError, ValueError) as error:
            raise SystemExit(f"bad row {row}: {error}") from error


def summarise(sales, columns):
    key = operator.attrgetter(*columns)
    for value, group in itertools.groupby(sorted(sales, key=key), key=key):
        group = list(group)
        days = {}
        for sale in group:
            days[sale.day] = days.get(sale.day, 0.0) + sale.revenue
        best = max(days.items(), key=lambda item: (item[1], item[0]))
        yield Summary(value if isinstance(value, tuple) else (value,), len(group), sum(s.units for s in group),
                      round(sum(s.revenue for s in group), 2), statistics.median(s.units for s in group), best[0].isoformat())


def table(summaries, columns):
    header = [*columns, "sales", "units", "revenue", "median", "best day"]
    rows = [[*s.key, s.sales, s.units, f"{s.revenue:,.2f}", s.median_units, s.best_day] for s in summaries]
    widths = [max(len(str(row[i])) for row in [header, *rows]) for i in range(len(header))]
    for row in [header, ["-" * width for width in widths], *rows]:
        cells = (str(cell).ljust(width) if i < len(columns) else str(cell).rjust(width) for i, (cell, width) in enumerate(zip(row, widths)))
        print("  ".join(cells).rstrip())


def main(argv=None):
    parser = argparse.ArgumentParser(description="Group sales and sum them up.")
    parser.add_argument("file", nargs="?", metavar="FILE", help="CSV with the columns " + ", ".join(COLUMNS))
    parser.add_argument("--rows", type=int, default=2000, help="how many rows to generate (default: 2000)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the generated rows (default: 1)")
    parser.add_argument("--by", default="region,product", help="columns to group by: region, product, month (default: region,product)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args(argv)
    columns = options.by.split(",")
    for column in columns:
        if column not in ("region", "product", "month", "day"):
            parser.error(f"cannot group by {column!r}")
    if options.file:
        with open(options.file, newline="", encoding="utf-8") as file:
            text = file.read()
    else:
        text = generate(options.rows, options.seed)
    sales = list(read(text))
    summaries = list(summarise(sales, columns))
    if options.json:
        print(json.dumps([asdict(summary) for summary in summaries], indent=1))
        return 0
    table(summaries, columns)
    again = json.loads(json.dumps([asdict(summary) for summary in summaries]))
    print(f"\n{len(sales)} sales, {sum(entry['revenue'] for entry in again):,.2f} in all")
    return 0


if __name__ == "__main__":
    sys.exit(main())
