"""Counts the words of generated text in dicts: string keys, get, setdefault, sorting the result."""
import sys


def vocabulary(count):
    syllables = [a + b for a in "bdfgklmnprst" for b in "aeiou"]
    words = []
    seed = 7
    for _ in range(count):
        seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
        length = 1 + (seed >> 8) % 4
        word = ""
        for _ in range(length):
            seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
            word += syllables[(seed >> 8) % len(syllables)]
        words.append(word)
    return words


def text(words, lines):
    seed = 99
    for _ in range(lines):
        line = []
        for _ in range(12):
            seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
            pick = seed >> 8
            line.append(words[pick % len(words) if pick & 3 else pick % 50])
        yield " ".join(line)


def main(lines):
    words = vocabulary(5000)
    counts = {}
    by_first = {}
    for line in text(words, lines):
        for word in line.split():
            counts[word] = counts.get(word, 0) + 1
            by_first.setdefault(word[0], set()).add(word)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    print(len(counts), sum(counts.values()))
    for word, count in ranked[:10]:
        print(word, count)
    for letter in sorted(by_first):
        print(letter, len(by_first[letter]))


size = sys.argv[1] if len(sys.argv) > 1 else "small"
main({"small": 15_000, "full": 500_000}[size])
