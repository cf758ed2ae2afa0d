#!/usr/bin/env python3
"""Puts the figures of docs/results/bench-peers*.json into docs/performance.md, between its two markers.

bench/peers/table.py [--results FILE ...] [--page docs/performance.md]
"""

import argparse
import json
from pathlib import Path

from surroundings import surroundings_text

ROOT = Path(__file__).resolve().parent.parent.parent
NAMES = {"pytorch": "PyTorch", "keras": "Keras", "onnxruntime": "ONNX Runtime"}  # by the part before _


def put_section(page, name, text):
    """Between the two marker comments of that name."""
    begin, end = f"<!-- {name}: begin, written by a script -->", f"<!-- {name}: end -->"
    before, rest = page.read_text().split(begin)
    page.write_text(f"{before}{begin}\n\n{text}\n\n{end}{rest.split(end)[1]}")


def name_of(peer):
    return NAMES[peer.split("_")[0]]


def time_text(seconds):
    scale, unit = next(
        (s, u) for s, u in [(1, "s"), (1e3, "ms"), (1e6, "µs"), (1e9, "ns")] if seconds * s >= 1 or s == 1e9
    )
    return f"{seconds * scale:.3g} {unit}"


def span_text(values, digits=3):
    low, high = (f"{v:.{digits}g}" for v in (min(values), max(values)))
    return low if low == high else f"{low} to {high}"


def line(row, peer, result):
    forms = "; ".join(result["forms"])
    if "call_overhead" in result:
        forms += f", {time_text(result['call_overhead'])} of it the call"
    cells = [
        f"`{row['name']}`",
        time_text(row["trueup_seconds"]),
        span_text(row["gflops"]),
        f"{name_of(peer)} ({forms})",
        time_text(result["seconds"]),
        f"{result['ratio']:.3g} ({span_text([result['ratio_low'], result['ratio_high']])})",
        f"{row['max_error']:.0e}",
    ]
    return "| " + " | ".join(cells) + " |"


def section(document):
    machine, rounds = document["machine"], len(document["rounds"])
    runs = [run for around in document["surroundings"] for run in around.values()]
    versions = ", ".join(sorted({f"{name_of(p)} {v}" for p, v in document["versions"].items()}))
    head = (
        f"{document['date']}, {machine['cpu']}, {machine['hardware_threads']} processors, "
        f"{machine['threads']} threads, {machine['instruction_set']}; {versions}; "
        "on the processor in float32.\n"
        f"Median of {rounds} round{'s' * (rounds > 1)}; in brackets the lowest and highest ratio of a round. "
        f"{surroundings_text(runs)}"
    )
    table = ["| row | trueup | GFLOP/s | peer | its time | peer / trueup | max error |", "|---" * 7 + "|"]
    table += [line(row, peer, result) for row in document["rows"] for peer, result in row["peers"].items()]
    return (
        head
        + "\n\n"
        + "\n".join(table)
        + f"\n\nCommand: `{document['command']}`, commit {document['commit'][:7]}."
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--results", type=Path, nargs="+", default=sorted((ROOT / "docs/results").glob("bench-peers*.json"))
    )
    parser.add_argument("--page", type=Path, default=ROOT / "docs/performance.md")
    arguments = parser.parse_args()
    sections = [section(json.loads(file.read_text())) for file in arguments.results]
    put_section(arguments.page, "peers", "\n\n".join(sections))


if __name__ == "__main__":
    main()
