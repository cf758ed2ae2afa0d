#!/usr/bin/env python3
"""A two-stage training of Fast Perfekt's analytic example, in PyTorch and by `trueup refine`, in turn.

bench/peers/refine_training.py [--trueup build/bin/trueup] [--threads 2] [--epochs 2] [--rounds 3]
    [--out docs/results/bench-refine-training.json]

Both train on the same pairs: 2 residual blocks of width 64, batch 2048, Adam at 1e-4; first the MSE with
the unbiased MMD as MDMM's constraint, then the biased MMD, one kernel of bandwidth 1.3658 in the refined
column. PyTorch leaves out the term of the target alone, which has no gradient; its kernel is made of the
differences of two columns, for one column the fastest form. Both must have lowered the mean squared distance
of held-out pairs, 2.57 at first, to the same value within a quarter. Writes the seconds of the whole
training, round by round, with their ratios, and the line in docs/performance.md. Needs torch. Run it with
OMP_WAIT_POLICY=PASSIVE, so that waiting threads do not spin.
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from run import commit_of_checkout

from table import ROOT, put_section, span_text, time_text

BANDWIDTH = 1.3658
BATCH = 2048
STEPS = 50  # of an epoch

CONFIG = """
[fast]
table = "{folder}/fast.npy"
[full]
table = "{folder}/full.npy"
[refine]
columns = ["x"]
conditions = ["g"]
pairs = "rows"
standardise = false
independent_batches = false
train_fraction = {train}
test_fraction = {test}
[refine.network]
width = 64
blocks = 2
[refine.kernel]
bandwidths = [{bandwidth}]
scales = [1.0]
conditions = false
[refine.first]
batch_size = {batch}
max_epochs = {epochs}
learning_rate = {rate}
schedule = "constant"
[refine.training]
batch_size = {batch}
max_epochs = {epochs}
learning_rate = {rate}
schedule = "constant"
"""
RATE = 1e-4
HELD_OUT = 8192
STOPPING = 2  # rows: an epoch is then its steps


def samples(rows):
    """(g, fast x, full x) of the two populations (Fast Perfekt, Table 4)."""
    rng = np.random.default_rng(1)
    small = rng.uniform(size=rows) < 0.15
    g = np.where(small, rng.normal(1.0, 0.001**0.5, rows), rng.normal(0.5, 0.2**0.5, rows))
    fast = g + rng.normal(0.0, 0.5**0.5, rows) - 2.2 * small
    full = g + rng.normal(0.0, 0.02**0.5, rows) + 1.5 * small
    return (v.astype(np.float32) for v in (g, fast, full))


class Refiner(torch.nn.Module):
    """x + network(x, g), with Fixup's start: exactly x."""

    def __init__(self):
        super().__init__()
        self.first = torch.nn.Linear(2, 64)
        self.blocks = torch.nn.ModuleList(
            torch.nn.ModuleList((torch.nn.Linear(64, 64), torch.nn.Linear(64, 64))) for _ in range(2)
        )
        self.last = torch.nn.Linear(64, 1)
        self.act = torch.nn.LeakyReLU(0.01)
        starts = [self.first, *(block[0] for block in self.blocks)]
        for layer in starts:
            torch.nn.init.kaiming_uniform_(layer.weight, a=0.01)
        for layer in [self.last, *(block[1] for block in self.blocks)]:
            torch.nn.init.zeros_(layer.weight)
        for layer in [*starts, self.last, *(block[1] for block in self.blocks)]:
            torch.nn.init.zeros_(layer.bias)

    def forward(self, x):
        h = self.act(self.first(x))
        for one, two in self.blocks:
            h = h + two(self.act(one(h)))
        return x[:, :1] + self.last(h)


def kernel(a, b):
    return torch.exp(-(((a - b.T) / BANDWIDTH) ** 2))


def mmd(output, target, unbiased):
    n = len(output)
    own = kernel(output, output).sum()
    own = (own - n) / (n * (n - 1)) if unbiased else own / n**2
    return own - 2 * kernel(target, output).mean()


def pytorch_seconds(inputs, targets, epochs):
    """Seconds of the whole training, and the trained network."""
    torch.manual_seed(1)
    network, multiplier = Refiner(), torch.ones(1, requires_grad=True)
    seconds = 0.0
    for stage in range(2):
        climb = torch.optim.Adam([multiplier], lr=1e-3, maximize=True)
        descend = torch.optim.Adam(network.parameters(), lr=RATE)
        with torch.no_grad():
            constant = kernel(targets[:BATCH], targets[:BATCH]).mean()  # for the constraint's value
        started = time.perf_counter()
        for _ in range(epochs):
            order = torch.randperm(len(inputs))
            for step in range(STEPS):
                rows = order[step * BATCH : (step + 1) * BATCH]
                output, target = network(inputs[rows]), targets[rows]
                if stage == 0:
                    excess = constant + mmd(output, target, unbiased=True)
                    loss = ((output - target) ** 2).mean() + multiplier * excess + 0.5 * excess**2
                else:
                    loss = mmd(output, target, unbiased=False)
                descend.zero_grad(), climb.zero_grad()
                loss.backward()
                descend.step()
                if stage == 0:
                    climb.step()
        seconds += time.perf_counter() - started
    return seconds, network


def trueup_seconds(trueup, folder, threads, number):
    """Seconds of the whole training, and the mean squared distance of held-out pairs."""
    out = Path(folder) / f"run{number}"
    command = [trueup, "refine", f"{folder}/refine.toml", "--out", out, "--threads", str(threads), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, env={"TRUEUP_PYTHON": "/nonexistent"})
    assert done.returncode in (0, 1), done.stderr
    metrics = json.loads(done.stdout)["metrics"]
    return metrics["seconds_training"], metrics["mse_refined"]


def one_round(options, folder, data, number):
    """Seconds and mean squared distance of held-out pairs of both."""
    inputs, targets = data
    trained, held = STEPS * BATCH, slice(STEPS * BATCH + STOPPING, None)
    theirs, network = pytorch_seconds(inputs[:trained], targets[:trained], options.epochs)
    ours, ours_mse = trueup_seconds(options.trueup.resolve(), folder, options.threads, number)
    with torch.no_grad():
        mse = ((network(inputs[held]) - targets[held]) ** 2).mean().item()
    assert max(mse, ours_mse) <= 1.25 * min(mse, ours_mse), f"they do not learn the same: {mse}, {ours_mse}"
    return {"pytorch": theirs, "trueup": ours, "mse": [mse, ours_mse], "ratio": theirs / ours}


def tables(folder, epochs):
    """Writes the tables and the configuration; PyTorch's inputs and targets."""
    trained = STEPS * BATCH
    rows = trained + STOPPING + HELD_OUT
    g, fast, full = samples(rows)
    for name, x in (("fast", fast), ("full", full)):
        table = np.empty(rows, dtype=[("x", "f4"), ("g", "f4")])
        table["x"], table["g"] = x, g
        np.save(f"{folder}/{name}.npy", table)
    values = {"folder": folder, "bandwidth": BANDWIDTH, "batch": BATCH, "epochs": epochs, "rate": RATE}
    parts = {"train": trained / (trained + STOPPING), "test": HELD_OUT / rows}
    (Path(folder) / "refine.toml").write_text(CONFIG.format(**values, **parts))
    return torch.from_numpy(np.stack([fast, g], 1)), torch.from_numpy(full[:, None])


def section(document):
    rounds = document["rounds"]
    ratios = [r["ratio"] for r in rounds]
    ours, theirs = (statistics.median(r[who] for r in rounds) for who in ("trueup", "pytorch"))
    return (
        f"{document['date']}, PyTorch {document['torch']}, {document['threads']} threads, "
        f"{document['steps']} steps of 2048 pairs, load average {document['load_average']:.1f}: trueup "
        f"{time_text(ours)}, PyTorch {time_text(theirs)}, PyTorch / trueup {statistics.median(ratios):.1f} "
        f"({span_text(ratios)}; {len(rounds)} rounds)."
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trueup", type=Path, default=ROOT / "build/bin/trueup")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=4, help="of each stage")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path, default=ROOT / "docs/results/bench-refine-training.json")
    parser.add_argument("--page", type=Path, default=ROOT / "docs/performance.md")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    document = {
        "command": f"bench/peers/refine_training.py --epochs {options.epochs} --rounds {options.rounds}",
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "commit": commit_of_checkout(),
        "torch": torch.__version__,
        "threads": options.threads,
        "steps": 2 * STEPS * options.epochs,
        "load_average": os.getloadavg()[0],
    }
    with tempfile.TemporaryDirectory() as folder:
        data = tables(folder, options.epochs)
        document["rounds"] = [one_round(options, folder, data, n) for n in range(options.rounds)]
    options.out.write_text(json.dumps(document, indent=2) + "\n")
    put_section(options.page, "refine training", section(document))
    print(section(document))


if __name__ == "__main__":
    main()
