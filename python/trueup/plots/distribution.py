"""One column before and after reweighting, with the ratio to the target."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trueup import names
from trueup.plots.style import FAINT, INK, NOMINAL, REWEIGHTED, draw, label_axes, ticks
from trueup.run import Distribution, Sample

_HEIGHT = 4.3
_COLOURS = {"nominal": NOMINAL, "target": INK, "reweighted": REWEIGHTED}
_ORDER = ("nominal", "reweighted", "target")  # the target on top
_HALF_RANGES = (0.05, 0.1, 0.2, 0.5, 1.0)  # of the ratio panel


@dataclass(frozen=True)
class Shape:
    """A sample as a share of its own total per bin (per unit, where bins differ in width)."""

    role: str
    label: str
    values: list[float]
    errors: list[float]


def reference_role(distribution: Distribution) -> str:
    """What the ratio is taken to: the target, or the nominal sample where there is none."""
    return "target" if distribution.sample("target") else "nominal"


def distribution_plot(distribution: Distribution) -> str:
    ordered = sorted(distribution.samples, key=lambda s: _ORDER.index(s.role))
    shapes = [shape for s in ordered if (shape := _shape(distribution, s))]
    centres = [(a + b) / 2 for a, b in pairwise(distribution.edges)]
    reference = next((s for s in shapes if s.role == reference_role(distribution)), None)

    def paint(figure: Figure) -> None:
        main, ratio = figure.subplots(2, 1, sharex=True, height_ratios=[2.4, 1])
        figure.subplots_adjust(left=0.165, right=0.965, bottom=0.115, top=0.975, hspace=0.06)
        for shape in shapes:
            _draw(main, distribution.edges, centres, shape)
        top = max((v + e for s in shapes for v, e in zip(s.values, s.errors, strict=True)), default=1.0)
        main.set_ylim(0, (top or 1.0) * (1.12 + 0.115 * len(shapes)))
        main.set_xlim(distribution.edges[0], distribution.edges[-1])
        main.legend(loc="upper right")
        label_axes(main, "", _density_label(distribution))
        ticks(main, 6, 5)
        _ratio(ratio, distribution, centres, shapes, reference)
        label_axes(ratio, names.with_unit(names.column(distribution.name), distribution.unit), "")
        figure.align_ylabels()

    words = ", ".join(s.label for s in ordered)
    return draw(
        _HEIGHT, paint, f"{names.plain(names.column(distribution.name))}, {distribution.level} level: {words}"
    )


def _widths(distribution: Distribution) -> list[float]:
    return [b - a for a, b in pairwise(distribution.edges)]


def _uniform(distribution: Distribution) -> bool:
    widths = _widths(distribution)
    return max(widths) - min(widths) <= 1e-6 * max(widths)


def _density_label(distribution: Distribution) -> str:
    if _uniform(distribution):
        return "fraction of events"
    return names.with_unit(
        "fraction of events per unit", f"1/{distribution.unit}" if distribution.unit else ""
    )


def _shape(distribution: Distribution, sample: Sample) -> Shape | None:
    sums = [s if math.isfinite(s) else 0.0 for s in sample.sums]
    errors = [e if math.isfinite(e) else 0.0 for e in sample.errors]
    total = sum(sums)
    if not total > 0:
        return None
    widths = [1.0] * len(sums) if _uniform(distribution) else _widths(distribution)
    return Shape(
        sample.role,
        names.with_symbols(sample.label or sample.role, distribution.theta),
        [s / total / w for s, w in zip(sums, widths, strict=True)],
        [e / total / w for e, w in zip(errors, widths, strict=True)],
    )


def _draw(axes: Axes, edges: Sequence[float], centres: Sequence[float], shape: Shape) -> None:
    colour = _COLOURS[shape.role]
    if shape.role == "target":
        _markers(axes, centres, shape.values, shape.errors, colour, shape.label)
        return
    style = (0, (4, 1.6)) if shape.role == "nominal" else "-"
    axes.stairs(shape.values, edges, color=colour, lw=1.5, ls=style, label=shape.label)
    low = [v - e for v, e in zip(shape.values, shape.errors, strict=True)]
    high = [v + e for v, e in zip(shape.values, shape.errors, strict=True)]
    axes.stairs(high, edges, baseline=low, fill=True, color=colour, alpha=0.22, lw=0)


def _markers(
    axes: Axes,
    x: Sequence[float],
    y: Sequence[float],
    errors: Sequence[float],
    colour: str,
    label: str | None = None,
) -> None:
    axes.errorbar(x, y, errors, fmt="o", ms=3, color=colour, mew=0, elinewidth=0.9, label=label)


def _ratio(
    axes: Axes,
    distribution: Distribution,
    centres: Sequence[float],
    shapes: Sequence[Shape],
    reference: Shape | None,
) -> None:
    if reference is None:
        axes.set_visible(False)
        return
    base = reference.values
    band = [e / v if v > 0 else 0.0 for v, e in zip(base, reference.errors, strict=True)]
    axes.stairs(
        [1 + b for b in band],
        distribution.edges,
        baseline=[1 - b for b in band],
        fill=True,
        color=FAINT,
        alpha=0.3,
        lw=0,
    )
    axes.axhline(1, color=INK, lw=0.8)
    others = [(s, *_ratios(s, base)) for s in shapes if s is not reference]
    half = _half_range(
        [(abs(r - 1), e, b) for _, *pair in others for r, e, b in zip(*pair, base, strict=True)]
    )
    axes.set_ylim(1 - half, 1 + half)
    for shape, ratios, errors in others:
        _ratio_points(axes, centres, ratios, errors, half, _COLOURS[shape.role])
    words = {"target": "ratio to target", "nominal": "ratio to nominal"}[reference.role]
    axes.set_ylabel(words, loc="center", fontsize=10)
    ticks(axes, 6, 4)
    axes.set_yticks([1 - half / 2, 1, 1 + half / 2])


def _ratios(shape: Shape, base: Sequence[float]) -> tuple[list[float], list[float]]:
    """Ratio and its error from this sample alone; the reference's own error is the band around 1."""
    filled = [v if e > 0 else math.nan for v, e in zip(shape.values, shape.errors, strict=True)]
    ratios = [v / b if b > 0 else math.nan for v, b in zip(filled, base, strict=True)]
    errors = [e / b if b > 0 else math.nan for e, b in zip(shape.errors, base, strict=True)]
    return ratios, errors


def _half_range(points: Sequence[tuple[float, float, float]]) -> float:
    """The smallest range for bins with 90 % of the events; `points` are (distance from 1, error, content)."""
    known = sorted((d + e, content) for d, e, content in points if math.isfinite(d + e) and content > 0)
    total = sum(content for _, content in known)
    seen = 0.0
    for needed, content in known:
        seen += content
        if seen >= 0.9 * total:
            return next((half for half in _HALF_RANGES if half >= needed), _HALF_RANGES[-1])
    return _HALF_RANGES[-1]


def _ratio_points(
    axes: Axes, x: Sequence[float], ratios: Sequence[float], errors: Sequence[float], half: float, colour: str
) -> None:
    """Points with errors; a triangle at the edge for each outside. Errors beyond the panel tell nothing."""
    ratios = [r if e < half else math.nan for r, e in zip(ratios, errors, strict=True)]
    inside = [i for i, r in enumerate(ratios) if abs(r - 1) <= half]
    _markers(axes, [x[i] for i in inside], [ratios[i] for i in inside], [errors[i] for i in inside], colour)
    for sign, marker in ((1, "^"), (-1, "v")):
        outside = [x[i] for i, r in enumerate(ratios) if sign * (r - 1) > half]
        if outside:
            axes.plot(
                outside, [1 + sign * 0.91 * half] * len(outside), marker, color=colour, ms=4, mew=0, alpha=0.8
            )
