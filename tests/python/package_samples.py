"""Small samples for the tests of the Python package: a Gaussian with a mean to fit, and pairs to refine."""

from __future__ import annotations

from typing import Any

import numpy as np

TRUTH = 0.3
NOISE = 0.5

Columns = dict[str, np.ndarray]


def gaussian(events: int, mean: float | np.ndarray, seed: int) -> Columns:
    """gen_x ~ N(mean, 1), det_x = gen_x + N(0, NOISE²)."""
    rng = np.random.default_rng(seed)
    x = rng.normal(mean, 1.0, events)
    return {"gen_x": x.astype(np.float32), "det_x": (x + rng.normal(0, NOISE, events)).astype(np.float32)}


def scanned(events: int, seed: int) -> Columns:
    """gen_x at mu uniform in [-1, 1]."""
    mu = np.random.default_rng([seed, 1]).uniform(-1, 1, events)
    return {"gen_x": gaussian(events, mu, seed)["gen_x"], "mu": mu.astype(np.float32)}


def data(events: int, seed: int) -> Columns:
    return {"det_x": gaussian(events, TRUTH, seed)["det_x"]}


def pairs(events: int, seed: int) -> tuple[Columns, Columns]:
    """Fast and full simulation of the same events: full is broader and shifted, as gen_x tells."""
    rng = np.random.default_rng(seed)
    x = rng.normal(0, 1, events)
    fast = {"gen_x": x, "det_x": x + rng.normal(0, 0.2, events), "other": rng.normal(0, 1, events)}
    full = {"gen_x": x, "det_x": 1.2 * x + 0.5 + rng.normal(0, 0.2, events)}
    return in_floats(fast), in_floats(full)


def in_floats(columns: dict[str, np.ndarray]) -> Columns:
    return {name: values.astype(np.float32) for name, values in columns.items()}


WEIGHTS: dict[str, Any] = {
    "features": ["gen_x"],
    "parameters": ["mu"],
    "nominal_theta": {"mu": 0.0},
    "network": {"hidden": [24, 24], "activation": "silu"},
    "training": {
        "max_epochs": 12,
        "patience": 12,
        "batch_size": 500,
        "learning_rate": 3e-3,
        "schedule": "cosine",
    },
    "closure": {"max_events": 5000},
    "trainings": 2,
}
SCORE: dict[str, Any] = {
    "method": "score",
    "observables": ["det_x"],
    "training": {"max_epochs": 5},
    "agreement": {"methods": []},
}
