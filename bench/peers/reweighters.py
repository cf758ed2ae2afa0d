#!/usr/bin/env python3
"""Weights from N(0, 1) to N(0.3, 1), whose exact values are known: trueup beside hep_ml's GBReweighter.

bench/peers/reweighters.py [--trueup build/bin/trueup] [--threads 2] [--out docs/results/reweighters.json]

Needs hep_ml. trueup learns w(x, mu) for all mu in [-1, 1], with the five networks, closure checks and report
of examples/gaussian_reweight.toml; its time is the whole command's. GBReweighter learns the one pair of
samples at mu = 0.3; its time is that of fit(), on one thread, which is all it uses. Both are judged on
the same nominal events, which neither has seen. Writes the file, and the table into docs/performance.md.
"""

import argparse
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

import hep_ml
import numpy as np
from hep_ml.reweight import GBReweighter

from table import ROOT, put_section, time_text

MU, EVENTS = 0.3, 100_000
SETTINGS = [  # its defaults, more and smaller steps, more and larger steps
    {},
    {"n_estimators": 200, "learning_rate": 0.1, "max_depth": 2, "min_samples_leaf": 1000},
    {"n_estimators": 200, "learning_rate": 0.1, "max_depth": 3, "min_samples_leaf": 200},
]


def quality(x, weights):
    """Of weights at x: they are put to mean 1, as the exact ones have it."""
    weights = weights / weights.mean()
    exact = np.exp(MU * x - 0.5 * MU**2)
    return {
        "rms_error": float(np.sqrt(np.mean((weights / exact - 1) ** 2))),
        "mean_shift": float((weights * x).sum() / weights.sum() - (exact * x).sum() / exact.sum()),
    }


def make_tables(trueup, folder):
    """x of nominal, target and judged events."""
    cards = ROOT / "examples"

    def simulate(card, out, *options):
        run = [
            trueup,
            "simulate",
            cards / f"gaussian_{card}.toml",
            "--out",
            folder / out,
            "--quiet",
            *options,
        ]
        subprocess.run(run, check=True, stdout=subprocess.DEVNULL)
        return np.load(folder / out)["gen_x"].astype(float)

    generated = ["--set", 'output.levels=["generator"]', "--set", f"source.events={EVENTS}"]
    nominal = simulate("nominal", "nominal.npy")
    simulate("scan", "scan.npy", "--seed", "2")
    target = simulate("data", "target.npy", "--seed", "3", *generated)
    return nominal, target, simulate("nominal", "judged.npy", "--seed", "4")


def by_trueup(trueup, folder, threads, judged):
    def run(*command):
        options = ["--quiet", "--threads", str(threads)]
        subprocess.run([trueup, *command, *options], check=True, stdout=subprocess.DEVNULL, cwd=folder)

    tables = ["--set", "nominal.table=nominal.npy", "--set", "nominal.theta={mu=0.0}"]
    start = time.perf_counter()
    card = ROOT / "examples/gaussian_reweight.toml"
    run("reweight", card, "--out", "weights", *tables, "--set", "scanned.table=scan.npy")
    seconds = time.perf_counter() - start
    run("apply", "weights/model.onnx", "judged.npy", "weighted.npy", "--theta", f"mu={MU}")
    weights = np.load(folder / "weighted.npy")["weight"].astype(float)
    return {"name": "trueup, all mu", "seconds": seconds} | quality(judged, weights)


def by_trees(settings, nominal, target, judged):
    reweighter = GBReweighter(**settings, gb_args={"random_state": 1})
    start = time.perf_counter()
    reweighter.fit(nominal[:, None], target[:, None])
    seconds = time.perf_counter() - start
    name = ", ".join(f"{key}={value}" for key, value in settings.items()) or "defaults"
    weights = reweighter.predict_weights(judged[:, None])
    return {"name": f"GBReweighter, mu = {MU}: {name}", "seconds": seconds} | quality(judged, weights)


def section(document):
    lines = ["| | time | rms of w / exact − 1 | shift of the weighted mean |", "|---" * 4 + "|"]
    lines += [
        f"| {r['name']} | {time_text(r['seconds'])} | {r['rms_error']:.3f} | {r['mean_shift']:+.4f} |"
        for r in document["results"]
    ]
    head = (
        f"{document['date']}, hep_ml {document['hep_ml']}, load average {document['load_average']:.1f}.\n\n"
    )
    return head + "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trueup", type=Path, default=ROOT / "build/bin/trueup")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, default=ROOT / "docs/results/reweighters.json")
    parser.add_argument("--page", type=Path, default=ROOT / "docs/performance.md")
    arguments = parser.parse_args()
    document = {
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "hep_ml": hep_ml.__version__,
        "load_average": os.getloadavg()[0],
        "mu": MU,
        "events": EVENTS,
    }
    trueup = arguments.trueup.resolve()
    with tempfile.TemporaryDirectory() as name:
        nominal, target, judged = make_tables(trueup, Path(name))
        document["results"] = [by_trueup(trueup, Path(name), arguments.threads, judged)]
        document["results"] += [by_trees(settings, nominal, target, judged) for settings in SETTINGS]
    arguments.out.write_text(json.dumps(document, indent=2) + "\n")
    put_section(arguments.page, "reweighters", section(document))
    print(section(document))


if __name__ == "__main__":
    main()
