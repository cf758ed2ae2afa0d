"""Does a peer compute what trueup computes? It must give the golden curves that our tests reproduce."""

import json
import statistics
from pathlib import Path

import numpy as np

GOLDEN = Path(__file__).resolve().parents[2] / "tests/golden"
LIMIT = 1e-5  # relative to the largest; 32-bit rounding is some 1e-7


def golden(name):
    """Start, rows and the unweighted curve of one file of tests/golden."""
    file = json.loads((GOLDEN / f"{name}.json").read_text())
    return file, file["curves"]["mini_batch_unweighted"]


def batches(rows, size, count):
    """(begin, end) as the oracle took them: in order, a short one at the end, then from the first."""
    begin = 0
    for _ in range(count):
        end = min(begin + size, rows)
        yield begin, end
        begin = 0 if end == rows else end


def require_same(what, ours, golden_values, limit=LIMIT):
    """The largest difference, relative to the largest value; an error when it is above the limit."""
    expected = np.array(golden_values)
    worst = float(np.abs(np.array(ours) - expected).max() / np.abs(expected).max())  # NaN stays
    if not worst <= limit:
        raise SystemExit(f"{what}: differs from the golden curve by {worst:.3g}; it was not timed")
    return worst


def load_parameters(network, values):
    """Our block holds W, b layer by layer, as PyTorch's parameters() come."""
    import torch

    with torch.no_grad():
        torch.nn.utils.vector_to_parameters(torch.tensor(values), network.parameters())


def fastest(seconds):
    """The form with the lowest median, by name, and the medians of all."""
    medians = {form: statistics.median(runs) for form, runs in seconds.items()}
    best = min(medians, key=medians.get)
    return {"seconds": seconds[best], "form": best, "forms": medians}
