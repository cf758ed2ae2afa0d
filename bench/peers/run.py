#!/usr/bin/env python3
"""Times `trueup bench` and its peers in turn, several rounds in one session; writes medians and ratios.

bench/peers/run.py [--trueup build/bin/trueup] [--rounds 3] [--rows ROW ...] [--peers PEER ...] [--out FILE]

Run it with an interpreter that has what the peers need (each script says). In turn, because another load on
the machine then meets all of them; load average and time stolen by the host at each run are recorded.
The file is rewritten after each round; table.py puts it into docs/performance.md.
"""

import argparse
import json
import os
import platform
import shlex
import statistics
import subprocess
import sys
import time
from pathlib import Path

from surroundings import run_watched

ROOT = Path(__file__).resolve().parent.parent.parent
MLP = ("mlp.py", ["pytorch", "keras"])
MMD = ("mmd.py", ["pytorch_pairs", "pytorch_expanded", "pytorch_products"])
PFN = ("pfn.py", ["pytorch"])
STEP = ("refiner.py", ["pytorch"])
INFERENCE = ("refiner.py", ["pytorch", "onnxruntime"])
# Of each row: the script that does its work, called as SCRIPT PEER ROW --threads N, and the peers it knows.
ROWS = {
    "mlp_3x50_epoch": MLP,
    "mlp_2x128_epoch": MLP,
    "pfn_epoch": PFN,
    "refiner_5x512_step": STEP,
    "refiner_2x64_row": INFERENCE,
    "refiner_5x512_row": INFERENCE,
    "refiner_2x64_batch": INFERENCE,
    "refiner_5x512_batch": INFERENCE,
    "mmd_2048x3": MMD,
    "mmd_4096x9": MMD,
}
PEERS = sorted({peer for _, peers in ROWS.values() for peer in peers})


def json_of(command, environment=None):
    """What the command prints, and what was around it."""
    text, around = run_watched(command, {**os.environ, **(environment or {})})
    return json.loads(text), around


def commit_of_checkout():
    """Its hash, by which a result says what was measured."""
    command = ["git", "rev-parse", "HEAD"]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def summary(runs):
    """Medians over the rounds, and peer / trueup of each round with its spread."""
    rows = []
    for row in runs[0]:
        ours = [r[row]["trueup"]["seconds"] for r in runs]
        entry = {
            "name": row,
            "trueup_seconds": statistics.median(ours),
            "gflops": [round(r[row]["trueup"]["gflops"], 1) for r in runs],
            "max_error": max(r[row]["trueup"]["max_error"] for r in runs),
            "threads": runs[0][row]["trueup"]["threads"],
            "peers": {},
        }
        for peer in (p for p in runs[0][row] if p != "trueup"):
            theirs = [statistics.median(r[row][peer]["seconds"]) for r in runs]
            ratios = [a / b for a, b in zip(theirs, ours, strict=True)]
            entry["peers"][peer] = {
                "seconds": statistics.median(theirs),
                "ratio": statistics.median(ratios),
                "ratio_low": min(ratios),
                "ratio_high": max(ratios),
                "forms": sorted({r[row][peer]["form"] for r in runs}),
            }
            overheads = [r[row][peer].get("call_overhead") for r in runs]
            if None not in overheads:
                entry["peers"][peer]["call_overhead"] = statistics.median(overheads)
        rows.append(entry)
    return rows


def peer_command(row, peer, arguments):
    script = ROWS[row][0]
    options = ["--threads", str(arguments.threads)]
    if script == "mlp.py":
        options += ["--epochs", str(arguments.epochs)]
    return [sys.executable, str(ROOT / "bench/peers" / script), peer, row, *options]


def one_round(arguments, document):
    """What trueup and each peer say about each row."""
    results, around = {}, {}
    for row in arguments.rows:
        command = [arguments.trueup, "bench", row, "--json", "--quiet", "--threads", str(arguments.threads)]
        bench, around[f"{row} trueup"] = json_of(command)
        document["machine"] = bench["machine"]
        results[row] = {"trueup": bench["rows"][0]}
        for peer in (p for p in ROWS[row][1] if p in arguments.peers):
            # Threads that spin while they wait starve one another on a machine that does other work.
            environment = {"OMP_WAIT_POLICY": arguments.wait}
            result, around[f"{row} {peer}"] = json_of(peer_command(row, peer, arguments), environment)
            document["versions"][peer] = result.pop("version")
            results[row][peer] = result
    document["rounds"].append(results)
    document["surroundings"].append(around)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trueup", default=str(ROOT / "build/bin/trueup"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=3, help="of each mlp peer and round")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rows", nargs="+", default=list(ROWS), choices=list(ROWS))
    parser.add_argument("--peers", nargs="+", default=PEERS, choices=PEERS)
    parser.add_argument("--wait", choices=["PASSIVE", "ACTIVE"], default="PASSIVE", help="OMP_WAIT_POLICY")
    parser.add_argument("--out", type=Path, default=ROOT / "docs/results/bench-peers.json")
    arguments = parser.parse_args()
    document = {
        "command": "bench/peers/run.py " + shlex.join(sys.argv[1:]),
        "commit": commit_of_checkout(),
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "system": platform.platform(),
        "machine": {},
        "versions": {},
        "omp_wait_policy": arguments.wait,
        "rows": [],
        "rounds": [],
        "surroundings": [],
    }
    for _ in range(arguments.rounds):
        one_round(arguments, document)
        document["rows"] = summary(document["rounds"])
        arguments.out.write_text(json.dumps(document, indent=2) + "\n")
    print(json.dumps(document["rows"], indent=2))


if __name__ == "__main__":
    main()
