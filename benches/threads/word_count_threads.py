"""Counts words of shared texts with a pool of threads and merges the counts.   usage: word_count_threads.py [THREADS] [small|full]"""
import sys
from concurrent.futures import ThreadPoolExecutor

LETTERS = "etaoinshrdlu"


def make_text(number, words):
    seed = number * 7919 + 1
    out = []
    for _ in range(words):
        seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
        pick = seed >> 7
        out.append(LETTERS[pick % 12] + LETTERS[pick // 12 % 12] + LETTERS[pick // 144 % 4])
    return " ".join(out)


def count_words(text, rounds):
    counts = {}
    for _ in range(rounds):
        for word in text.split():
            word = word.capitalize()
            counts[word] = counts.get(word, 0) + 1
    return counts


def main(threads, words, rounds):
    texts = [make_text(number, words) for number in range(16)]
    merged = {}
    with ThreadPoolExecutor(threads) as pool:
        for counts in pool.map(count_words, texts, [rounds] * len(texts)):
            for word, count in counts.items():
                merged[word] = merged.get(word, 0) + count
    ranked = sorted(merged.items(), key=lambda item: (-item[1], item[0]))
    print(len(merged), sum(merged.values()))
    for word, count in ranked[:5]:
        print(word, count)


threads = int(sys.argv[1]) if len(sys.argv) > 1 else 2
size = sys.argv[2] if len(sys.argv) > 2 else "small"
main(threads, *{"small": (2_000, 15), "full": (8_000, 150)}[size])
