"""A figure of a study: panels one below the other with lines, points, steps, or contours."""

from __future__ import annotations

import math

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from trueup import names
from trueup.figures import Figure, Mark, Panel, Series, Surface
from trueup.plots.style import FAINT, FIT, INK, NOMINAL, REWEIGHTED, TRUTH, draw, label_axes, ticks

_HEIGHT = 4.2
# The longest label, in characters, of which two stand side by side above a figure.
_LONGEST_OF_TWO = 24
_COLOURS = {
    "nominal": NOMINAL,
    "target": INK,
    "reweighted": REWEIGHTED,
    "exact": FIT,
    "partial": TRUTH,
    "truth": TRUTH,
    "fit": FIT,
    "generator": REWEIGHTED,
    "detector": NOMINAL,
}


def figure_plot(figure: Figure) -> str:
    """Inline SVG. The legend stands above the first panel."""

    def paint(canvas: Canvas) -> None:
        all_axes = canvas.subplots(
            len(figure.panels), 1, sharex=True, squeeze=False, height_ratios=[p.height for p in figure.panels]
        )[:, 0]
        labels = [s.label for p in figure.panels for s in [*p.series, *p.marks] if s.label]
        columns = 2 if max(map(len, labels), default=0) <= _LONGEST_OF_TWO else 1
        top = 0.985 - 0.055 * math.ceil(len(labels) / columns)
        canvas.subplots_adjust(left=0.165, right=0.965, bottom=0.125, top=top, hspace=0.08)
        for axes, panel in zip(all_axes, figure.panels, strict=True):
            _panel(axes, panel)
        _range(all_axes[0], figure)
        label_axes(all_axes[-1], _words(figure.x_label), "")
        entries = [entry for a in all_axes for entry in zip(*a.get_legend_handles_labels(), strict=True)]
        handles, texts = [handle for handle, _ in entries], [text for _, text in entries]
        canvas.legend(handles, texts, loc="upper left", bbox_to_anchor=(0.09, 1.0), ncols=columns)
        canvas.align_ylabels()

    return draw(_HEIGHT, paint, f"{figure.title}: {figure.caption}")


def _words(label: str) -> str:
    """A column that a label begins with in words, parameters as symbols: `gen_x, generator level`."""
    name, comma, rest = label.partition(",")
    return names.spelled((names.column(name) if name.startswith(("gen_", "det_")) else name) + comma + rest)


def _panel(axes: Axes, panel: Panel) -> None:
    if panel.surface is not None:
        _contours(axes, panel.surface)
    for mark in panel.marks:
        _mark(axes, mark)
    for series in panel.series:
        _series(axes, series)
    if panel.y_range:
        axes.set_ylim(*panel.y_range)
        axes.set_ylabel(_words(panel.y_label), loc="center", fontsize=10)
    else:
        label_axes(axes, "", _words(panel.y_label))
    ticks(axes, 6, 5 if panel.height > 1 or not panel.y_range else 4)


def _colour(role: str) -> str:
    return _COLOURS.get(role, FAINT)


def _mark(axes: Axes, mark: Mark) -> None:
    line = axes.axvline if mark.vertical else axes.axhline
    style = (0, (4, 2.5)) if mark.vertical else "-"
    line(
        mark.at,
        color=_colour(mark.role),
        lw=1.3 if mark.vertical else 0.8,
        ls=style,
        label=names.spelled(mark.label) or None,
    )


def _series(axes: Axes, series: Series) -> None:
    colour, label = _colour(series.role), names.spelled(series.label) or None
    if series.style == "steps":
        dashes = {"nominal": (0, (4, 1.6)), "exact": (0, (1, 1))}.get(series.role, "-")
        axes.stairs(series.y, series.x, color=colour, lw=1.5, ls=dashes, label=label)
    elif series.style in ("line", "dashed"):
        axes.plot(
            series.x, series.y, color=colour, lw=1.4, ls="-" if series.style == "line" else "--", label=label
        )
    elif series.style == "cross":
        axes.plot(series.x, series.y, "X", color=colour, ms=8, mew=0, label=label)
    else:
        axes.errorbar(
            series.x,
            series.y,
            series.errors or None,
            fmt="o",
            ms=3,
            color=colour,
            mew=0,
            elinewidth=0.9,
            label=label,
        )


def _contours(axes: Axes, surface: Surface) -> None:
    lines = axes.contour(surface.x, surface.y, surface.z, surface.levels, colors=[FAINT], linewidths=1.0)
    axes.clabel(lines, fmt=lambda level: f"{level:.3g}", fontsize=8)


def _range(axes: Axes, figure: Figure) -> None:
    """Edges of steps are the range; else the numbers with a margin."""
    edges = [x for p in figure.panels for s in p.series if s.style == "steps" for x in (s.x[0], s.x[-1])]
    if edges:
        axes.set_xlim(min(edges), max(edges))
