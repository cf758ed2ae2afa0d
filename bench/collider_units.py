#!/usr/bin/env python3
"""In which units Fast Perfekt's collider example gives bandwidths and MSE: its numbers beside ours.

bench/collider_units.py [--events 12000] [--out runs/collider_units] [--results FILE.json]

Runs `trueup simulate` on the card of study refine-collider, with a second, equal look of the full detector
(again): its pairs with the first are as alike as those of a refiner whose output is distributed as full.
"""

import argparse
import json
import subprocess
from pathlib import Path

import h5py
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
RATIOS = ["tau21", "tau32", "tau43"]
LEVELS = ["gen", "det", "fast", "again"]
BANDWIDTHS = np.array(
    [0.0351, 0.0183, 0.0058, 0.0415, 0.0207, 0.0043]
)  # Table 3: refined columns, conditions
BATCH = 4096
CHUNK = 500


def jets(out, events):
    """(N, 3) ratios of each level: jets that are the same one everywhere."""
    names = [f"{level}_fatjet1_{ratio}" for level in LEVELS for ratio in RATIOS]
    required = [f"{level}_fatjet1_tau43" for level in LEVELS] + [
        f"{level}_fatjet1_matched" for level in LEVELS[1:]
    ]
    command = [
        *(ROOT / "build/bin/trueup", "simulate", ROOT / "studies/fast_perfekt/cards/ttbar.toml"),
        *("--out", out, "--events", events, "--resume", "--quiet", "--set", "detectors.again={}"),
        *("--set", f"output.columns={json.dumps(names)}", "--set", f"output.require={json.dumps(required)}"),
    ]
    subprocess.run([str(word) for word in command], check=True)
    with h5py.File(out) as table:
        columns = {name: np.asarray(table[f"columns/{name}"], dtype=float) for name in names}
    return {level: np.stack([columns[f"{level}_fatjet1_{r}"] for r in RATIOS], axis=1) for level in LEVELS}


def squared_medians(x, y, random):
    """Median squared distance of a row of x and one of y, by column."""
    i, j = random.integers(len(x), size=10**6), random.integers(len(y), size=10**6)
    return np.median((x[i] - y[j]) ** 2, axis=0)


def kernel_mean(x, y, width2):
    """Mean of the Gaussian kernel over all pairs of different rows."""
    total = 0.0
    for first in range(0, len(x), CHUNK):
        rows = np.arange(first, min(first + CHUNK, len(x)))
        values = np.exp(-(((x[rows, None] - y[None]) ** 2) / width2).sum(axis=2))
        total += values.sum() - values[np.arange(len(rows)), rows].sum()
    return total / (len(x) * (len(x) - 1))


def paired_mmd(sample, full, conditions, width2):
    """MMD_b that batches of BATCH pairs have on average."""
    x, y = np.hstack([sample, conditions]), np.hstack([full, conditions])
    apart = kernel_mean(x, x, width2) + kernel_mean(y, y, width2) - 2 * kernel_mean(x, y, width2)
    same = np.exp(-(((x - y) ** 2) / width2).sum(axis=1)).mean()
    return (1 - 1 / BATCH) * apart + 2 / BATCH * (1 - same)


def mmd_of_pairs(squares, factor):
    """MMD_b of a sample distributed as full, when pairs' squared distances are `factor` times ours."""
    return 2 / BATCH * (1 - np.exp(-(factor * squares / BANDWIDTHS[:3]).sum(axis=1)).mean())


def numbers(levels):
    random = np.random.default_rng(1)
    gen, full, fast, again = (levels[level] for level in LEVELS)
    squares = (again - full) ** 2
    mse = squares.sum(axis=1).mean()
    return {
        "jets": len(gen),
        "median squared distance, fast and full": squared_medians(fast, full, random).tolist(),
        "median squared distance, generator": squared_medians(gen, gen, random).tolist(),
        "sum of squares x1000, fast": 1e3 * ((fast - full) ** 2).sum(axis=1).mean(),
        "sum of squares x1000, again": 1e3 * mse,
        "error of it": 1e3 * squares.sum(axis=1).std() / len(gen) ** 0.5,
        "shift of fast x1000": (1e3 * (fast - full).mean(axis=0)).tolist(),
        "MMD_b x1000, fast": {
            "published numbers are squares": 1e3 * paired_mmd(fast, full, gen, BANDWIDTHS),
            "published numbers are widths": 1e3 * paired_mmd(fast, full, gen, BANDWIDTHS**2),
        },
        "MMD_b x1000, again": {
            "published numbers are squares": 1e3 * paired_mmd(again, full, gen, BANDWIDTHS),
            "published numbers are widths": 1e3 * paired_mmd(again, full, gen, BANDWIDTHS**2),
        },
        "MMD_b x1000 of pairs with a sum of squares x1000 of": {
            f"{target}": 1e3 * mmd_of_pairs(squares, 1e-3 * target / mse) for target in (8.24, 24.72)
        },
    }


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--events", type=int, default=12_000)
    parser.add_argument("--out", type=Path, default=Path("runs/collider_units"))
    parser.add_argument("--results", type=Path)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    found = numbers(jets(options.out / "jets.h5", options.events))
    text = json.dumps(
        {"events": options.events, "published bandwidths": BANDWIDTHS.tolist(), **found}, indent=1
    )
    print(text)
    if options.results:
        options.results.write_text(text + "\n")


if __name__ == "__main__":
    main()
