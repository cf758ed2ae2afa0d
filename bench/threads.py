#!/usr/bin/env python3
"""How much faster the training rows of `trueup bench` run with more threads.

bench/threads.py [--trueup build/bin/trueup] [--threads 2] [--rounds 5] [--rows ROW ...] [--out FILE]

One thread and --threads take turns, round by round, so that another load on the machine meets both; a
round's ratio is that of its two rates. The two peaks, in which each thread works for itself, say what more
processors of this machine give to anything. `ratio_of_best` is that of the fastest repetitions of all rounds,
for which an idle moment of each suffices. Writes the file and puts its table into docs/performance.md.
"""

import argparse
import json
import shlex
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "peers"))
from run import ROOT, commit_of_checkout, json_of
from surroundings import surroundings_text

from table import put_section, span_text, time_text

ROWS = [
    "fma_peak",
    "product_peak",
    "mlp_3x50_epoch",
    "mlp_2x128_epoch",
    "pfn_epoch",
    "pfn_epoch_bf16",
    "refiner_5x512_step",
    "refiner_5x512_step_bf16",
]


def summary(name, rounds):
    """Of (one thread, several threads) of each round, as `trueup bench` prints them."""
    # Of the rates: in fma_peak and product_peak each thread has work of its own.
    ratios = [more["gflops"] / one["gflops"] for one, more in rounds]
    best = [
        max(pair[i]["gflops"] * pair[i]["seconds"] / pair[i]["seconds_best"] for pair in rounds)
        for i in (0, 1)
    ]
    return {
        "name": name,
        "seconds_one_thread": statistics.median(one["seconds"] for one, _ in rounds),
        "seconds": statistics.median(more["seconds"] for _, more in rounds),
        "ratio": statistics.median(ratios),
        "ratio_low": min(ratios),
        "ratio_high": max(ratios),
        "ratio_of_best": best[1] / best[0],
    }


def section(document):
    runs = [run for row in document["surroundings"].values() for run in row]
    lines = [
        f"{document['date']}, {document['machine']['cpu']}, "
        f"{document['machine']['hardware_threads']} processors. "
        f"Median of {document['rounds']} rounds, in brackets the lowest and highest.\n"
        f"{surroundings_text(runs)}",
        "",
        f"| row | 1 thread | {document['threads']} threads | ratio | ratio of the fastest repetitions |",
        "|---" * 5 + "|",
    ]
    for row in document["rows"]:
        lines.append(
            f"| `{row['name']}` | {time_text(row['seconds_one_thread'])} | {time_text(row['seconds'])} "
            f"| {row['ratio']:.3g} ({span_text([row['ratio_low'], row['ratio_high']])}) "
            f"| {row['ratio_of_best']:.3g} |"
        )
    return "\n".join([*lines, "", f"Command: `{document['command']}`, commit {document['commit'][:7]}."])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trueup", default=str(ROOT / "build/bin/trueup"))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", nargs="+", default=ROWS, choices=ROWS)
    parser.add_argument("--out", type=Path, default=ROOT / "docs/results/bench-threads.json")
    parser.add_argument("--page", type=Path, default=ROOT / "docs/performance.md")
    arguments = parser.parse_args()
    document = {
        "command": "bench/threads.py " + shlex.join(sys.argv[1:]),
        "commit": commit_of_checkout(),
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "threads": arguments.threads,
        "rounds": arguments.rounds,
        "rows": [],
        "surroundings": {},
    }
    for name in arguments.rows:
        rounds, around = [], []
        for _ in range(arguments.rounds):
            pair = []
            for threads in (1, arguments.threads):
                command = [arguments.trueup, "bench", name, "--json", "--quiet", "--threads", str(threads)]
                bench, run = json_of(command)
                document["machine"] = bench["machine"]
                pair.append(bench["rows"][0])
                around.append(run)
            rounds.append(pair)
        document["rows"].append(summary(name, rounds))
        document["surroundings"][name] = around
        arguments.out.write_text(json.dumps(document, indent=2) + "\n")
    put_section(arguments.page, "threads", section(document))
    print(json.dumps(document["rows"], indent=2))


if __name__ == "__main__":
    main()
