"""Parallel Monte-Carlo estimates: pi, the price of an option, and how often a shuffled deck has a fixed point.

usage: monte_carlo.py [--samples N] [--chunks C] [--seed S] [-j JOBS]

Each chunk has a random generator of its own, seeded by its number: the figures are the same for any number of threads."""
import argparse
import math
import os
import random
import statistics
import sys
from concurrent.futures import ThreadPoolExecutor


def estimate_pi(seed, samples):
    rng = random.Random(seed)
    draw = rng.random
    inside = 0
    for _ in range(samples):
        x, y = draw(), draw()
        inside += x * x + y * y <= 1.0
    return 4 * inside / samples


def option_price(seed, samples, spot=100.0, strike=105.0, rate=0.03, volatility=0.2, years=1.0):
    rng = random.Random(seed)
    drift = (rate - volatility**2 / 2) * years
    noise = volatility * math.sqrt(years)
    payoff = 0.0
    for _ in range(samples):
        final = spot * math.exp(drift + noise * rng.gauss(0.0, 1.0))
        payoff += max(final - strike, 0.0)
    return math.exp(-rate * years) * payoff / samples


def fixed_points(seed, samples, cards=20):
    rng = random.Random(seed)
    deck = list(range(cards))
    hits = 0
    for _ in range(samples // cards):
        rng.shuffle(deck)
        hits += any(position == card for position, card in enumerate(deck))
    return hits / (samples // cards)


EXPERIMENTS = {
    "pi": (estimate_pi, math.pi),
    "option": (option_price, 7.1263),
    "fixed points": (fixed_points, 1 - 1 / math.e),
}


def main(argv=None):
    parser = argparse.ArgumentParser(description="Estimate three numbers by chance.")
    parser.add_argument("--samples", type=int, default=160_000, help="samples for each estimate (default: 160000)")
    parser.add_argument("--chunks", type=int, default=16, help="independent parts (default: 16)")
    parser.add_argument("--seed", type=int, default=42, help="first seed (default: 42)")
    parser.add_argument("-j", "--jobs", type=int, default=None, help="threads (default: the processors available)")
    options = parser.parse_args(argv)
    each = options.samples // options.chunks
    if options.chunks < 2 or each < 20:
        parser.error("needs at least two chunks of at least twenty samples")
    with ThreadPoolExecutor(options.jobs or os.process_cpu_count() or 1) as pool:
        for name, (experiment, expected) in EXPERIMENTS.items():
            seeds = range(options.seed, options.seed + options.chunks)
            values = list(pool.map(experiment, seeds, [each] * options.chunks))
            mean = statistics.fmean(values)
            error = statistics.stdev(values) / math.sqrt(len(values))
            print(f"{name:<14} {mean:.5f} +- {error:.5f}   expected {expected:.5f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
