#!/usr/bin/env python3
"""Times `trueup bench` and its peers in turn, several rounds in one session, and writes the medians and ratios.

bench/peers/run.py [--trueup build/bin/trueup] [--rounds 3] [--peers pytorch keras] [--out FILE]

Run it with an interpreter that has what the peers need (see mlp.py). In turn, because another load on the machine then
meets all of them; the load average at each run is recorded. The file is rewritten after each round.
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

ROOT = Path(__file__).resolve().parent.parent.parent
ROWS = ["mlp_3x50_epoch", "mlp_2x128_epoch"]


def json_of(command, environment=None):
    """What the command prints, with the load average before it."""
    load = os.getloadavg()[0]
    env = {**os.environ, **(environment or {})}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=env)
    return json.loads(done.stdout), load


def summary(runs):
    """Medians over the rounds, and peer / trueup of each round with its spread."""
    rows = []
    for row in ROWS:
        ours = [r[row]["trueup"] for r in runs]
        entry = {"name": row, "trueup_seconds": statistics.median(ours), "peers": {}}
        for peer in (p for p in runs[0][row] if p != "trueup"):
            theirs = [r[row][peer] for r in runs]
            ratios = [a / b for a, b in zip(theirs, ours, strict=True)]
            entry["peers"][peer] = {
                "seconds": statistics.median(theirs),
                "ratio": statistics.median(ratios),
                "ratio_low": min(ratios),
                "ratio_high": max(ratios),
            }
        rows.append(entry)
    return rows


def one_round(arguments, document):
    """Seconds of an epoch of each row, by trueup and by each peer: the median of each one's epochs."""
    threads = str(arguments.threads)
    seconds, loads = {}, {}
    for row in ROWS:
        bench, loads[f"{row} trueup"] = json_of(
            [arguments.trueup, "bench", row, "--json", "--quiet", "--threads", threads]
        )
        document["machine"] = bench["machine"]
        document["trueup"].append(bench["rows"][0])
        seconds[row] = {"trueup": bench["rows"][0]["seconds"]}
        for peer in arguments.peers:
            command = [sys.executable, str(ROOT / "bench/peers/mlp.py"), peer, row]
            command += ["--threads", threads, "--epochs", str(arguments.epochs)]
            # Threads that spin while they wait starve one another on a machine that does other work.
            result, loads[f"{row} {peer}"] = json_of(command, {"OMP_WAIT_POLICY": arguments.wait})
            document["versions"][peer] = result["version"]
            seconds[row][peer] = statistics.median(result["seconds"])
    document["rounds"].append(seconds)
    document["load_averages"].append(loads)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trueup", default=str(ROOT / "build/bin/trueup"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=3, help="of each peer and round, after one not counted")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--peers", nargs="+", default=["pytorch", "keras"])
    parser.add_argument("--wait", choices=["PASSIVE", "ACTIVE"], default="PASSIVE", help="OMP_WAIT_POLICY")
    parser.add_argument("--out", type=Path, default=ROOT / "docs/results/bench-peers.json")
    arguments = parser.parse_args()
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.strip()
    document = {
        "command": "bench/peers/run.py " + shlex.join(sys.argv[1:]),
        "commit": commit,
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "system": platform.platform(),
        "machine": {},
        "versions": {},
        "omp_wait_policy": arguments.wait,
        "rows": [],
        "rounds": [],
        "load_averages": [],
        "trueup": [],
    }
    for _ in range(arguments.rounds):
        one_round(arguments, document)
        document["rows"] = summary(document["rounds"])
        arguments.out.write_text(json.dumps(document, indent=2) + "\n")
    print(json.dumps(document["rows"], indent=2))


if __name__ == "__main__":
    main()
