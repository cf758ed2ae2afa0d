#!/usr/bin/env python3
"""Makes tests/golden/mmd.json: MMD values and gradients by PyTorch's autograd, median bandwidths by NumPy.

    python tests/oracles/make_mmd.py [--output tests/golden]

Computed in 64-bit floats from 32-bit rows and weights. The kernel is the mean over the scales s of
exp(-sum_l (x_l - y_l)^2 / (s sigma_l)^2): Fast Perfekt Eq. 2, without a factor 2.
"""

import argparse
import json
import platform
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch


@dataclass
class Case:
    name: str
    rows: tuple[int, int]
    bandwidths: list[float]
    estimator: str
    scales: list[float] = field(default_factory=lambda: [1.0])
    weighted: bool = False
    outliers: bool = False


CASES = [
    Case("biased_3", (40, 53), [0.9, 1.1, 2.0], "biased"),
    Case("unbiased_3", (40, 53), [0.9, 1.1, 2.0], "unbiased"),
    Case("biased_1_scales", (70, 31), [0.7], "biased", [0.5, 1.0, 2.0]),
    Case("biased_2_weights", (50, 45), [1.0, 0.8], "biased", weighted=True),
    Case("unbiased_2_weights", (50, 45), [1.0, 0.8], "unbiased", weighted=True),
    Case("biased_9_outliers", (25, 30), [1.5] * 9, "biased", outliers=True),
]


def shortest(values):
    """The shortest decimals that give these 32-bit floats back."""
    return [float(str(value)) for value in np.asarray(values, dtype=np.float32).ravel()]


def make_sample(case, count, shift, generator):
    rows = generator.normal(shift, 1, (count, len(case.bandwidths)))
    if case.outliers:
        rows[::7] *= 50
    weights = generator.uniform(0.2, 2, count) * np.where(generator.uniform(size=count) < 0.1, -1, 1)
    return rows.astype(np.float32), (weights if case.weighted else np.ones(count)).astype(np.float32)


def kernel(case, x, y):
    """(N, M), mean over the scales."""
    widths = torch.tensor(case.bandwidths, dtype=torch.float64)
    squares = (((x[:, None, :] - y[None, :, :]) / widths) ** 2).sum(2)
    return sum(torch.exp(-squares / s**2) for s in case.scales) / len(case.scales)


def mean(k, v, w, with_equal):
    """Sum of v_i w_j k_ij over all pairs, or those with i != j, divided by the same sum without k."""
    pairs = v[:, None] * w[None, :]
    if not with_equal:
        pairs = pairs - torch.diag(torch.diagonal(pairs))
    return (pairs * k).sum() / pairs.sum()


def make(case, generator):
    (a, v), (b, w) = (
        make_sample(case, count, shift, generator) for count, shift in zip(case.rows, (0.0, 0.3), strict=True)
    )
    x, vx, vy = (torch.tensor(part, dtype=torch.float64) for part in (a, v, w))
    y = torch.tensor(b, dtype=torch.float64, requires_grad=True)
    biased = case.estimator == "biased"
    value = mean(kernel(case, x, x), vx, vx, biased) + mean(kernel(case, y, y), vy, vy, biased)
    value = value - 2 * mean(kernel(case, x, y), vx, vy, True)
    value.backward()
    return {
        "name": case.name,
        "estimator": case.estimator,
        "bandwidths": case.bandwidths,
        "scales": case.scales,
        "target": {"rows": shortest(a), "weights": shortest(v)},
        "output": {"rows": shortest(b), "weights": shortest(w)},
        "value": float(f"{value.item():.15g}"),
        "gradient": [float(f"{slope:.10g}") for slope in y.grad.numpy().ravel()],
    }


def median(generator):
    a, b = (generator.normal(0, (1, 3), (count, 2)).astype(np.float32) for count in (31, 21))
    distances = np.abs(a.astype(float)[:, None, :] - b.astype(float)[None, :, :]).reshape(-1, 2)
    return {"a": shortest(a), "b": shortest(b), "bandwidths": np.median(distances, axis=0).tolist()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=Path(__file__).resolve().parents[1] / "golden")
    generator = np.random.default_rng(1)
    document = {
        "about": "MMD squared and its gradient by the output's rows; made by tests/oracles/make_mmd.py",
        "made_with": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "numpy": np.__version__,
        },
        "cases": [make(case, generator) for case in CASES],
        "median": median(generator),
    }
    path = parser.parse_args().output / "mmd.json"
    path.write_text(json.dumps(document, separators=(",", ":")) + "\n")
    print(f"{path}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
