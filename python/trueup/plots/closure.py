"""Closure: how different reweighted nominal events are from events generated at θ, before and after."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from trueup import names
from trueup.plots.style import FAINT, INK, NOMINAL, REWEIGHTED, draw, label_axes, power_ticks, ticks
from trueup.run import ClosurePoint


def auc_plot(points: Sequence[ClosurePoint], parameter: str, unit: str = "") -> str:
    """AUC against θ of one parameter, without and with weights."""
    name = names.symbol(parameter)
    theta = [p.theta[0] for p in points]

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        figure.subplots_adjust(left=0.155, right=0.965, bottom=0.15, top=0.84)
        axes.axhline(0.5, color=INK, lw=0.8)
        spread = [p.auc_null_spread for p in points]
        axes.plot(
            theta,
            [p.auc_unweighted for p in points],
            "s",
            ms=6,
            mfc="none",
            mec=NOMINAL,
            mew=1.5,
            label="without weights",
        )
        axes.errorbar(
            theta,
            [p.auc for p in points],
            spread,
            fmt="o",
            ms=6,
            mew=0,
            color=REWEIGHTED,
            elinewidth=1.5,
            label="with weights (±1σ)",
        )
        axes.margins(0.12)
        low, high = axes.get_ylim()
        axes.set_ylim(min(low, 0.49), max(high, 0.51))
        label_axes(axes, names.with_unit(name.plot, unit), "AUC, generated against nominal")
        ticks(axes, 6, 5)
        figure.legend(loc="upper left", bbox_to_anchor=(0.09, 1.0), ncols=2)

    return draw(3.2, paint, f"Closure AUC against {name.text}, without and with weights")


def columns_plot(points: Sequence[ClosurePoint]) -> str:
    """χ²/ndof of every column, without and with weights, one pair for each θ."""
    columns = [c.name for c in points[0].columns]

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        height = figure.get_figheight()
        figure.subplots_adjust(left=0.37, right=0.955, bottom=0.5 / height, top=1 - 0.32 / height)
        axes.axvline(1, color=INK, lw=0.8)
        for offset, point in zip(_offsets(len(points)), points, strict=True):
            for c in point.columns:
                if c.name in columns:
                    _pair(axes, columns.index(c.name) + offset, c.chi2_per_ndof_unweighted, c.chi2_per_ndof)
        axes.plot([], [], "s", ms=4.5, mfc="none", mec=NOMINAL, mew=1.3, label="without weights")
        axes.plot([], [], "o", ms=4.5, mew=0, color=REWEIGHTED, label="with weights")
        axes.set_xscale("log")
        low, high = axes.get_xlim()
        axes.set_xlim(min(low, 0.3), max(high, 10))
        power_ticks(axes.xaxis)
        axes.set_yticks(range(len(columns)), [names.column(c) for c in columns])
        axes.tick_params(axis="y", which="both", length=0)
        axes.set_ylim(len(columns) - 0.4, -0.6)
        label_axes(axes, "χ²/ndof", "")
        figure.legend(loc="upper right", bbox_to_anchor=(0.98, 1.0), ncols=2, borderaxespad=0.2)

    return draw(0.95 + 0.27 * len(columns), paint, "χ²/ndof of each column without and with weights")


def _offsets(count: int) -> list[float]:
    return [0.5 * ((i + 0.5) / count - 0.5) for i in range(count)]


def _pair(axes: Axes, y: float, before: float, after: float) -> None:
    if not (before > 0 and after > 0 and math.isfinite(before) and math.isfinite(after)):
        return
    axes.plot([before, after], [y, y], color=FAINT, lw=0.9)
    axes.plot([before], [y], "s", ms=4.5, mfc="none", mec=NOMINAL, mew=1.3)
    axes.plot([after], [y], "o", ms=4.5, mew=0, color=REWEIGHTED)
