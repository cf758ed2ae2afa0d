"""The distribution of the weights, both axes logarithmic."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.ticker import AutoMinorLocator, MultipleLocator

from trueup import names
from trueup.plots.style import FIT, INK, REWEIGHTED, TRUTH, draw, label_axes, power_ticks
from trueup.run import WeightHistogram

_STYLES = ((REWEIGHTED, "-"), (INK, (0, (4, 1.6))), (FIT, "-."), (TRUTH, (0, (1, 1.2))))


def weights_plot(histograms: Sequence[WeightHistogram], parameters: Sequence[str] = ()) -> str:
    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        figure.subplots_adjust(left=0.15, right=0.965, bottom=0.15, top=0.97)
        for i, histogram in enumerate(histograms):
            colour, style = _STYLES[i % len(_STYLES)]
            axes.stairs(
                histogram.counts,
                histogram.edges_log10,
                color=colour,
                ls=style,
                lw=1.5,
                label=names.with_symbols(histogram.label, parameters),
            )
        axes.axvline(0, color=INK, lw=0.8)
        top = max((c for h in histograms for c in h.counts), default=1.0)
        axes.set_yscale("log")
        axes.set_ylim(0.5, max(top, 1.0) * 2.2 * 1.9 ** len(histograms))
        filled = [
            edge
            for h in histograms
            for count, *pair in zip(h.counts, h.edges_log10, h.edges_log10[1:], strict=False)
            if count > 0
            for edge in pair
        ]
        if filled:
            margin = 0.06 * (max(filled) - min(filled))
            axes.set_xlim(min(filled) - margin, max(filled) + margin)
        left, right = axes.get_xlim()
        axes.xaxis.set_major_locator(MultipleLocator(1 if right - left > 1.2 else 0.2))
        axes.xaxis.set_minor_locator(AutoMinorLocator())
        power_ticks(axes.yaxis)
        if right - left > 1.2:
            power_ticks(axes.xaxis, of_logarithms=True)
            decades = range(math.floor(left), math.ceil(right))
            axes.set_xticks([d + math.log10(n) for d in decades for n in range(2, 10)], minor=True)
            axes.set_xlim(left, right)
            label_axes(axes, "weight w", "events")
        else:
            label_axes(axes, "log₁₀ w", "events")
        if any(h.label for h in histograms):
            axes.legend(loc="upper right")

    return draw(3.2, paint, "Distribution of the weights")
