"""A made-up study's run folder, with a figure of every kind: for the tests of the report."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any


def write(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "result.json").write_text(json.dumps(result()))
    (folder / "plots.json").write_text(json.dumps({"schema": "trueup.plots/1", "figures": figures()}))
    return folder


def result() -> dict[str, Any]:
    row = {"name": "mu, detector level", "published": 1.0, "published_error": 0.017, "value": 0.9987}
    return {
        "schema": "trueup.result/1",
        "command": "study",
        "method": "gaussian-1d",
        "rows": [
            row | {"error": 0.0061, "runs": 40},
            row | {"name": "mu, generator level", "error": None, "runs": 1},
            {"name": "chi2/ndof, gen_x0, nominal", "value": 7995.9, "error": None, "runs": 1},
        ],
        "checks": [],
        "notes": [],
        "metrics": {},
        "inputs": [],
    }


def series(style: str, role: str, label: str) -> dict[str, Any]:
    edges = [-3 + 0.5 * i for i in range(13)]
    y = [math.exp(-0.5 * (x + 0.25) ** 2) for x in edges[:-1]]
    x = edges if style == "steps" else [e + 0.25 for e in edges[:-1]]
    return {"label": label, "role": role, "style": style, "x": x, "y": y, "errors": [0.05] * len(y)}


def figures() -> list[dict[str, Any]]:
    samples = [
        series("steps", "nominal", "nominal"),
        series("steps", "reweighted", "learnt weights"),
        series("steps", "exact", "exact weights"),
        series("points", "target", "generated at mu = 1.5"),
    ]
    ratio = {
        "y_label": "ratio to target",
        "height": 1.0,
        "y_range": [0.75, 1.25],
        "series": [series("points", "target", "")],
        "marks": [{"label": "", "role": "target", "at": 1.0, "vertical": False}],
    }
    shape = {"y_label": "fraction of events", "height": 2.2, "y_range": [], "series": samples, "marks": []}
    axis = [-1.0, 0.0, 1.0, 2.0]
    surface = {
        "label": "AUC",
        "x": axis,
        "y": axis,
        "z": [[0.5 + 0.1 * math.hypot(x - 0.5, y - 0.5) for x in axis] for y in axis],
        "levels": [0.55, 0.6, 0.65],
    }
    contours = {
        "y_label": "sigma",
        "height": 1.0,
        "y_range": [],
        "series": [
            {"label": "fitted", "role": "reweighted", "style": "cross", "x": [0.5], "y": [0.5], "errors": []},
            series("line", "fit", "a line"),
            series("dashed", "truth", "another"),
        ],
        "marks": [{"label": "truth", "role": "truth", "at": 0.5, "vertical": True}],
        "surface": surface,
    }
    return [
        figure("SRGN, Fig. 3", "Reweighting to mu = 1.5", "gen_x, generator level", [shape, ratio]),
        figure("SRGN, Fig. 7", "AUC", "mu", [contours]),
    ]


def figure(source: str, title: str, x_label: str, panels: list[dict[str, Any]]) -> dict[str, Any]:
    caption = "What one sees: chi2/ndof 1.1 at mu = 1.5 +- 0.1."
    return {"source": source, "title": title, "caption": caption, "x_label": x_label, "panels": panels}
