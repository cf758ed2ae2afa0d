"""A learning curve: loss on training and on held-out events against the epoch."""

from __future__ import annotations

import math

from matplotlib.figure import Figure

from trueup.plots.style import FAINT, FIT, INK, draw, label_axes, ticks
from trueup.run import LearningCurve


def learning_plot(curve: LearningCurve) -> str:
    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        figure.subplots_adjust(left=0.185, right=0.965, bottom=0.15, top=0.965)
        marker = "o" if len(curve.epochs) <= 40 else ""
        axes.plot(
            curve.epochs,
            curve.train,
            color=FAINT,
            ls=(0, (4, 1.6)),
            marker=marker,
            ms=3,
            mew=0,
            label="training",
        )
        if curve.validation:
            axes.plot(
                curve.epochs,
                curve.validation,
                color=INK,
                marker=marker,
                ms=3,
                mew=0,
                label="validation",
            )
        if math.isfinite(curve.best_epoch):
            axes.axvline(curve.best_epoch, color=FIT, lw=1.3, label="epoch kept", zorder=0)
        label_axes(axes, "epoch", "loss")
        ticks(axes, 6, 5)
        axes.ticklabel_format(axis="y", useOffset=False)
        axes.legend(loc="best")

    return draw(3.1, paint, f"Learning curve: {curve.title}")
