"""Threads build, intern, hash and take apart the same strings."""
import sys

from harness import SEED, THREADS, check, finish, run

WORDS = ["word%d" % ((i * 7919 + SEED) % 1000) for i in range(300)] + ["\u00e9t\u00e9%d" % i for i in range(50)] + ["\U0001d11e%d" % i for i in range(50)]
TEXT = " ".join(WORDS)
PARTS = TEXT.split()
box = {"text": ""}


def work(rng, running):
    steps = 0
    while running():
        steps += 1
        word = WORDS[rng.randrange(len(WORDS))]
        again = "".join(list(word))
        check(again == word and hash(again) == hash(word), "copy differs")
        check(sys.intern(again) is sys.intern(word + ""), "interned twice")
        check(TEXT.split() == PARTS, "split differs")
        check(word in TEXT and TEXT.index(word) >= 0)
        check(word.encode().decode() == word)
        check(f"{word:>20}".strip() == word and "%s" % word == word)
        check(TEXT.replace(word, word) == TEXT)
        box["text"] += word
        text = box["text"]
        check(set(text) <= set(TEXT), "foreign characters")
        if len(text) > 2000:
            box["text"] = text[-10:]
        start = rng.randrange(len(TEXT))
        check("".join(TEXT[i] for i in range(start, min(start + 20, len(TEXT)))) == TEXT[start:start + 20])
    return steps


finish(sum(run([work] * THREADS)))
