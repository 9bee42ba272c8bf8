"""Writes nested data as JSON and reads it back."""
import json
import sys


def document(count):
    return {
        "title": "inventory \u00e9\u20ac",
        "items": [
            {
                "id": i,
                "name": "item %d" % i,
                "price": i * 1.25,
                "tags": ["red", "blue", "tag%d" % (i % 17)],
                "stock": {"here": i % 5, "there": None, "ordered": i % 2 == 0},
                "note": 'quoted "text"\nline' if i % 3 else "",
            }
            for i in range(count)
        ],
    }


def main(count, rounds):
    data = document(count)
    size = total = 0
    for _ in range(rounds):
        text = json.dumps(data)
        size += len(text)
        again = json.loads(text)
        if again != data:
            raise SystemExit("the document changed on its way")
        total += sum(item["id"] for item in again["items"])
    pretty = json.dumps(data["items"][:50], indent=2, sort_keys=True, ensure_ascii=False)
    print(size, total, len(pretty), pretty.count("\n"))


size = sys.argv[1] if len(sys.argv) > 1 else "small"
main(*{"small": (1000, 30), "full": (5000, 160)}[size])
