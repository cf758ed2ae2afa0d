"""The plots' common look, and compact SVG whose colours follow the page (light, dark, print)."""

from __future__ import annotations

import html
import io
import math
import re
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import AutoMinorLocator, FuncFormatter, MaxNLocator, NullFormatter

from trueup.names import superscript
from trueup.plots.compact import compact

matplotlib.use("agg")

# Colours stand for roles, so that the page can choose them: each is a CSS variable of its name (report.css).
# The values here only need to differ; `to_page` replaces them.
INK = "#010101"
FAINT = "#020202"
PAPER = "#030303"
NOMINAL = "#040404"
REWEIGHTED = "#050505"
FIT = "#060606"
TRUTH = "#070707"
_VARIABLES = {
    INK: "ink",
    FAINT: "faint",
    PAPER: "paper",
    NOMINAL: "nominal",
    REWEIGHTED: "reweighted",
    FIT: "fit",
    TRUTH: "truth",
}

WIDTH = 4.9  # inches; 353 units of the view box, so that one unit is about one pixel on a phone

_RC: dict[str, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "trueup",
    "font.family": "DejaVu Sans",  # for the layout; wider than what browsers show, so nothing overlaps there
    "font.size": 10,
    "axes.labelsize": 11.5,
    "legend.fontsize": 9.5,
    "axes.unicode_minus": True,
    "text.parse_math": False,  # a $ in a label is a $
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "text.color": INK,
    "axes.linewidth": 0.9,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.direction": "in",
    "ytick.direction": "in",
    "xtick.top": True,
    "ytick.right": True,
    "xtick.major.size": 6,
    "ytick.major.size": 6,
    "xtick.minor.size": 3,
    "ytick.minor.size": 3,
    "xtick.minor.visible": True,
    "ytick.minor.visible": True,
    "xtick.major.pad": 5,
    "ytick.major.pad": 5,
    "legend.frameon": False,
    "legend.handlelength": 1.6,
    "legend.handletextpad": 0.6,
    "legend.labelspacing": 0.35,
    "legend.borderaxespad": 0.6,
    "legend.columnspacing": 1.4,
    "lines.linewidth": 1.4,
    "path.simplify": True,
}


def draw(height: float, paint: Callable[[Figure], None], description: str) -> str:
    """Inline SVG of a figure of the common width; `description` is for readers who do not see it."""
    with matplotlib.rc_context(_RC), warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", UserWarning
        )  # glyphs that DejaVu lacks; the browser has its own fonts
        figure = Figure(figsize=(WIDTH, height))
        figure.patch.set_visible(False)
        paint(figure)
        for axes in figure.axes:
            axes.patch.set_visible(False)
        buffer = io.StringIO()
        figure.savefig(
            buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
        )
    return to_page(buffer.getvalue(), description)


def label_axes(axes: Axes, x: str, y: str) -> None:
    """Labels at the ends of the axes, as the field has them."""
    if x:
        axes.set_xlabel(x, loc="right")
    if y:
        axes.set_ylabel(y, loc="top")


def ticks(axes: Axes, x: int = 6, y: int = 6) -> None:
    """At most so many intervals between labelled ticks, minor ticks between; for linear axes."""
    for axis, count in ((axes.xaxis, x), (axes.yaxis, y)):
        axis.set_major_locator(MaxNLocator(count, steps=[1, 2, 2.5, 5, 10]))
        axis.set_minor_locator(AutoMinorLocator())


def power_ticks(axis: Any, of_logarithms: bool = False) -> None:
    """Labels 0.1, 1, 10, 100, else 10ⁿ, on a logarithmic axis, or on a linear one `of_logarithms`."""

    def text(value: float, _: object) -> str:
        if not of_logarithms and value <= 0:
            return ""
        exponent = value if of_logarithms else math.log10(value)
        power = round(exponent)
        if abs(exponent - power) > 1e-6:
            return ""
        return {0: "1", 1: "10", 2: "100", -1: "0.1"}.get(power, f"10{superscript(power)}")

    axis.set_major_formatter(FuncFormatter(text))
    axis.set_minor_formatter(NullFormatter())


def finite(values: Sequence[float]) -> list[float]:
    return [v for v in values if math.isfinite(v)]


def to_page(svg: str, description: str) -> str:
    """The figure as an element of the page: its colours, its font, its subscripts."""
    svg = compact(svg)
    for colour, name in _VARIABLES.items():
        svg = svg.replace(colour, f"var(--{name})")
    svg = re.sub(r">([^<>]*\{[^<>]*)</text>", _subscripts, svg)
    return re.sub(r"<svg[^>]*>", lambda match: _open_tag(match[0], description), svg, count=1)


def _subscripts(match: re.Match[str]) -> str:
    subscript = r'<tspan dy=".3em" font-size="72%">\1</tspan><tspan dy="-.22em">\2</tspan>'
    return f">{re.sub(r'{([^}]*)}(.?)', subscript, match[1])}</text>"


def _open_tag(tag: str, description: str) -> str:
    box = re.search(r'viewBox="[^"]*"', tag)
    return f'<svg {box[0] if box else ""} role="img" aria-label="{html.escape(description)}">'
