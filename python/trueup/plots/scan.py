"""The scan: what the method minimises against θ, the fitted minimum and its interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trueup import names
from trueup.plots.style import FAINT, FIT, INK, REWEIGHTED, TRUTH, draw, finite, label_axes, ticks
from trueup.run import Curve, Scan, ScanPoint

_HEIGHT = 3.85
_QUANTITY = {
    "auc": "AUC, data against simulation",
    "loss": "log 2 \u2212 cross-entropy [nat]",
    "dctr": "cross-entropy of f(x, \u03b8) [nat]",
}

# What coarse and fine points are.
_KINDS = {
    "scan": ((False, "first scan"), (True, "fine scan")),
    "gradient": ((False, "steps"), (True, "at and around the minimum")),
}


def has_zoom(scan: Scan) -> bool:
    return any(p.fine for p in scan.points) and not all(p.fine for p in scan.points)


def scan_plot(scan: Scan, zoom: bool = False) -> str:
    """All points, or with `zoom` only the fine ones around the minimum, with their errors."""
    points = [p for p in scan.points if math.isfinite(p.value) and (p.fine or not zoom)]
    name = names.symbol(scan.parameter)
    part = "around its minimum" if zoom else "over the whole range"

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        figure.subplots_adjust(left=0.155, right=0.965, bottom=0.13, top=0.775)
        if scan.method == "auc":
            _null_band(axes, points)
        elif scan.method == "loss":
            axes.axhline(0.0, color=FAINT, lw=0.9)
        _fit(axes, scan)
        _curves(axes, scan)
        _points(axes, points, scan.minimiser, with_errors=zoom)
        _range(axes, scan, points, zoom)
        _minima(axes, scan)
        label_axes(axes, names.with_unit(name.plot, scan.unit), _QUANTITY.get(scan.method, scan.method))
        ticks(axes, 6, 6)
        handles, labels = axes.get_legend_handles_labels()
        figure.legend(handles, labels, loc="upper left", bbox_to_anchor=(0.09, 1.0), ncols=2)

    quantity = _QUANTITY.get(scan.method, scan.method).split(",")[0]
    return draw(_HEIGHT, paint, f"{quantity} against {name.text} {part}")


def _null_band(axes: Axes, points: Sequence[ScanPoint]) -> None:
    spreads = finite([p.error for p in points])
    if spreads:
        spread = median(spreads)
        axes.axhspan(0.5 - spread, 0.5 + spread, color=FAINT, alpha=0.28, lw=0, label="no difference (±1σ)")
    axes.axhline(0.5, color=FAINT, lw=0.9)


def _fit(axes: Axes, scan: Scan) -> None:
    if math.isfinite(scan.low) and math.isfinite(scan.high):
        axes.axvspan(scan.low, scan.high, color=FIT, alpha=0.28, lw=0, label="fit, 68 % interval")
    if math.isfinite(scan.value):
        axes.axvline(scan.value, color=FIT, lw=1.3)
    if math.isfinite(scan.truth):
        axes.axvline(scan.truth, color=TRUTH, lw=1.5, ls=(0, (4, 2.5)), label="truth")


def _curves(axes: Axes, scan: Scan) -> None:
    first = True
    for curve in scan.curves:
        values = (curve.floor, curve.slope, curve.centre, curve.rounding, curve.asymmetry)
        theta = _support(scan, curve)
        if not all(map(math.isfinite, values)) or len(theta) < 2:
            continue
        rejected = curve.repetition in scan.rejected
        low, high = min(theta), max(theta)
        grid = [low + (high - low) * i / 60 for i in range(61)]
        axes.plot(
            grid,
            [curve(t) for t in grid],
            color=FAINT if rejected else REWEIGHTED,
            alpha=0.5,
            lw=1.1,
            ls=":" if rejected else "-",
            label="curve of each repetition" if first else None,
        )
        first = False


def _support(scan: Scan, curve: Curve) -> list[float]:
    """The θ that the curve was fitted to: it says nothing elsewhere."""
    own = [p for p in scan.points if p.repetition == curve.repetition]
    return [p.theta for p in own if p.fine] or [p.theta for p in own]


def _points(axes: Axes, points: Sequence[ScanPoint], minimiser: str, with_errors: bool) -> None:
    for fine, label in _KINDS.get(minimiser, _KINDS["scan"]):
        chosen = [p for p in points if p.fine == fine]
        if not chosen:
            continue
        theta, values = [p.theta for p in chosen], [p.value for p in chosen]
        if with_errors:
            axes.errorbar(
                theta, values, [_error(p) for p in chosen], fmt="none", ecolor=INK, elinewidth=0.7, alpha=0.4
            )
        face = INK if fine else "none"
        axes.plot(
            theta, values, "o", ms=3 if fine else 4.2, mfc=face, mec=INK, mew=0 if fine else 1, label=label
        )


def _error(point: ScanPoint) -> float:
    return point.error if math.isfinite(point.error) else 0.0


def _range(axes: Axes, scan: Scan, points: Sequence[ScanPoint], zoom: bool) -> None:
    """Both ranges from the points; in the zoom the interval and the truth are inside, too."""
    if not points:
        return
    theta = [p.theta for p in points] + (finite([scan.low, scan.high]) if zoom else [])
    errors = [_error(p) if zoom else 0.0 for p in points]
    lowest = [p.value - e for p, e in zip(points, errors, strict=True)]
    highest = [p.value + e for p, e in zip(points, errors, strict=True)]
    equal = [0.5] if scan.method == "auc" else []
    low, high = min(lowest + equal), max(highest + equal)
    margin_x = 0.04 * (max(theta) - min(theta)) or 0.01
    margin_y = 0.07 * (high - low) or 0.01
    axes.set_xlim(min(theta) - margin_x, max(theta) + margin_x)
    axes.set_ylim(low - 1.6 * margin_y, high + margin_y)


def _minima(axes: Axes, scan: Scan) -> None:
    """Where each repetition has its minimum, along the lower edge."""
    kept = [t for i, t in enumerate(scan.repetitions) if i not in scan.rejected and math.isfinite(t)]
    left, right = axes.get_xlim()
    kept = [t for t in kept if left <= t <= right]
    if kept:
        axes.plot(
            kept,
            [0.025] * len(kept),
            "^",
            color=REWEIGHTED,
            ms=4.5,
            mew=0,
            alpha=0.8,
            label="where its sides would meet" if scan.curves else "fitted values",
            transform=axes.get_xaxis_transform(),
        )
