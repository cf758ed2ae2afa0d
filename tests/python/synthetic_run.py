"""A run folder with numbers from formulas: what a fit of alphas could give, for tests of the report only."""

from __future__ import annotations

import json
import math
import random
from itertools import pairwise
from pathlib import Path
from typing import Any

NOMINAL, TRUTH, FITTED, ERROR = 0.1365, 0.150, 0.15021, 0.00072
EVENTS = 100_000

# Column: (unit, low edge, high edge, bins, shape as a function of x and alphas).
Shape = tuple[str, float, float, int, Any]


def _gauss(mean: float, slope: float, width: float) -> Any:
    return lambda x, a: math.exp(-0.5 * ((x - mean - slope * (a - NOMINAL)) / width) ** 2)


def _gamma(power: float, scale: float, slope: float) -> Any:
    return lambda x, a: max(x, 0.0) ** power * math.exp(-x / (scale * (1 + slope * (a - NOMINAL))))


SHAPES: dict[str, Shape] = {
    "charged": ("", 0, 50, 50, _gauss(20.4, 90, 6.2)),
    "multiplicity": ("", 0, 100, 50, _gauss(43, 190, 11)),
    "thrust": (
        "",
        0.6,
        1.0,
        40,
        lambda x, a: (1 - x) ** 0.4 * math.exp(-(1 - x) / (0.055 * (1 + 6 * (a - NOMINAL)))),
    ),
    "jet1_mass": ("GeV", 0, 30, 30, _gamma(3.0, 2.4, 5)),
    "jet1_pt": (
        "GeV",
        0,
        46,
        46,
        lambda x, a: math.exp(-0.5 * ((x - 34) / 8) ** 2) * (1 + 4 * (NOMINAL - a) * x / 46),
    ),
    "jet2_multiplicity": ("", 0, 40, 40, _gauss(13, 60, 5)),
}


def write(folder: Path, columns: int = 99) -> Path:
    """Writes result.json, plots.json and config.toml, with so many columns; the same numbers every time."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "result.json").write_text(json.dumps(result()))
    (folder / "plots.json").write_text(json.dumps(plots(list(SHAPES)[:columns])))
    (folder / "config.toml").write_text(CONFIG)
    return folder


CONFIG = """\
method = "auc"
seed = 9223372036854775809

[reweight]
features = ["gen_charged", "gen_thrust", "gen_jet1_mass"]
hidden = [50, 50, 50]

[fit]
observables = ["det_charged", "det_thrust", "det_jet1_mass"]
repetitions = 5
"""


def result() -> dict[str, Any]:
    return {
        "schema": "trueup.result/1",
        "command": "fit",
        "version": "0.1.0",
        "seed": 9223372036854775809,
        "threads": 2,
        "wall_s": 214.6,
        "peak_rss_bytes": 612_345_678,
        "inputs": [
            {"path": f"data/ee_z_{name}.h5", "sha256": f"{i:x}" * 64, "rows": EVENTS}
            for i, name in ((3, "nominal"), (10, "scan"), (13, "data"))
        ],
        "method": "auc",
        "parameters": {
            "alphas": {
                "value": FITTED,
                "low": FITTED - ERROR,
                "high": FITTED + ERROR,
                "unit": "",
                "truth": TRUTH,
            }
        },
        "metrics": {"auc_at_minimum": 0.5013, "classifier_trainings": 90, "effective_sample_size": 61234.0},
        "checks": [
            check(
                "auc_at_minimum",
                True,
                "At the minimum the classifier cannot tell data from simulation.",
                0.5013,
            ),
            check("closure_auc", True, "Reweighted events look like generated ones.", 0.5031),
            check("mean_weight", True, "The weights have mean 1.", 0.9987),
            check("effective_fraction", True, "Enough events carry the weights.", 0.61),
            check("minimum_inside", True, "The minimum lies inside the scanned range.", "5 of 5"),
        ],
        "notes": [],
        "artifacts": {"model": "model.onnx", "report": "report.html"},
    }


def check(name: str, passed: bool, text: str, value: Any) -> dict[str, Any]:
    return {"name": name, "value": value, "expected": "as it should be", "passed": passed, "text": text}


def plots(columns: list[str]) -> dict[str, Any]:
    rng = random.Random(1)
    return {
        "schema": "trueup.plots/1",
        "distributions": [
            distribution(rng, f"{prefix}_{name}", level, SHAPES[name])
            for prefix, level in (("gen", "generator"), ("det", "detector"))
            for name in columns
        ],
        "learning_curves": [learning_curve(rng, f"reweighting network {i}", 16 + i) for i in (1, 2)]
        + [learning_curve(rng, "classifier at the minimum", 24)],
        "scans": [scan(rng)],
        "closure": [closure_point(rng, theta, columns) for theta in (0.115, 0.14, 0.165)],
        "weights": [weights(rng, "alphas = 0.150", 0.12), weights(rng, "alphas = 0.165", 0.25)],
    }


def distribution(rng: random.Random, name: str, level: str, shape: Shape) -> dict[str, Any]:
    unit, low, high, bins, density = shape
    edges = [low + (high - low) * i / bins for i in range(bins + 1)]
    centres = [(a + b) / 2 for a, b in pairwise(edges)]

    def sample(label: str, role: str, alphas: float, inflation: float) -> dict[str, Any]:
        values = [density(x, alphas) for x in centres]
        means = [EVENTS * v / sum(values) for v in values]
        errors = [math.sqrt(m * inflation) for m in means]
        sums = [max(0.0, rng.gauss(m, e)) for m, e in zip(means, errors, strict=True)]
        return {
            "label": label,
            "role": role,
            "sums": sums,
            "errors": [math.sqrt(s * inflation) for s in sums],
        }

    label = "data" if level == "detector" else "generated at alphas = 0.150"
    return {
        "name": name,
        "unit": unit,
        "level": level,
        "title": "Closure near alphas = 0.15"
        if level == "generator"
        else "Data and simulation at the fitted value",
        "theta": {"alphas": FITTED},
        "edges": edges,
        "samples": [
            sample("nominal, alphas = 0.1365", "nominal", NOMINAL, 1.0),
            sample("reweighted", "reweighted", TRUTH, 1.6),
            sample(label, "target", TRUTH, 1.0),
        ],
        "chi2_per_ndof": {"nominal": 10 ** rng.uniform(0.8, 2.1), "reweighted": rng.uniform(0.8, 1.4)},
    }


def learning_curve(rng: random.Random, title: str, epochs: int) -> dict[str, Any]:
    def loss(e: int, floor: float, climb: float) -> float:
        return floor + 0.012 * math.exp(-e / 3) + climb * max(0, e - 0.7 * epochs) + rng.gauss(0, 4e-5)

    return {
        "title": title,
        "epochs": list(range(1, epochs + 1)),
        "best_epoch": int(0.7 * epochs),
        "train": [loss(e, 0.6790 - 3e-5 * e, 0) for e in range(1, epochs + 1)],
        "validation": [loss(e, 0.6794, 4e-5) for e in range(1, epochs + 1)],
    }


def scan(rng: random.Random) -> dict[str, Any]:
    points, curves = [], []
    coarse = [0.10 + 0.01 * i for i in range(9)]
    fine = [0.14 + 0.0025 * i for i in range(9)]
    centres = [FITTED + ERROR * rng.gauss(0, 1) for _ in range(5)]
    centres = [c + FITTED - sum(centres) / 5 for c in centres]
    for repetition, centre in enumerate(centres):
        curve = {
            "repetition": repetition,
            "floor": 0.4975,
            "slope": 2.4,
            "centre": centre,
            "rounding": 0.0018,
            "asymmetry": 0.1,
        }
        curves.append(curve)
        for theta, is_fine in [(t, False) for t in coarse] + [(t, True) for t in fine]:
            u = theta - centre
            auc = curve["floor"] + curve["slope"] * (
                math.hypot(u, curve["rounding"]) + curve["asymmetry"] * u
            )
            auc -= 7.0 * max(0.0, abs(theta - centre) - 0.02) ** 1.5
            points.append(
                {
                    "theta": theta,
                    "auc": auc + rng.gauss(0, 0.0015),
                    "null_spread": 0.0018,
                    "ess": EVENTS * math.exp(-(((theta - NOMINAL) / 0.03) ** 2)),
                    "repetition": repetition,
                    "fine": is_fine,
                }
            )
    return {
        "parameter": "alphas",
        "unit": "",
        "points": points,
        "curves": curves,
        "repetitions": centres,
        "rejected": [],
        "value": FITTED,
        "low": FITTED - ERROR,
        "high": FITTED + ERROR,
        "truth": TRUTH,
    }


def closure_point(rng: random.Random, theta: float, columns: list[str]) -> dict[str, Any]:
    distance = abs(theta - NOMINAL)
    return {
        "theta": [theta],
        "mean_weight": 1 + rng.gauss(0, 0.002),
        "mean_weight_error": 0.0021,
        "effective_fraction": math.exp(-((distance / 0.03) ** 2)),
        "largest_weight": 1 + 300 * distance,
        "auc": 0.5 + abs(rng.gauss(0, 0.003)),
        "auc_null_spread": 0.0031,
        "auc_unweighted": 0.5 + 3 * distance,
        "columns": [
            {
                "name": f"gen_{name}",
                "chi2_per_ndof": rng.uniform(0.7, 1.5),
                "ks": rng.uniform(0.002, 0.006),
                "chi2_per_ndof_unweighted": 1 + 900 * distance * rng.random(),
            }
            for name in columns
        ],
    }


def weights(rng: random.Random, label: str, width: float) -> dict[str, Any]:
    edges = [-1.5 + 0.05 * i for i in range(61)]
    centres = [(a + b) / 2 for a, b in pairwise(edges)]
    counts = [
        round(EVENTS * 0.05 / width / 2.5 * math.exp(-0.5 * ((x + width**2) / width) ** 2)) for x in centres
    ]
    return {"label": label, "edges_log10": edges, "counts": counts}


if __name__ == "__main__":
    import sys

    print(write(Path(sys.argv[1])))
