"""A study's figures as typed data, checked while they are read from plots.json."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from trueup.reading import Node

STYLES = ("line", "dashed", "points", "cross", "steps")


@dataclass(frozen=True)
class Series:
    """One sample or curve; `errors` are empty or one for each y. Of steps, x are the edges, one more."""

    label: str
    role: str
    style: str
    x: list[float]
    y: list[float]
    errors: list[float]


@dataclass(frozen=True)
class Mark:
    """A straight line across the panel."""

    label: str
    role: str
    at: float
    vertical: bool


@dataclass(frozen=True)
class Surface:
    """z[j][i] over (x[i], y[j]), drawn as contours at `levels`."""

    label: str
    x: list[float]
    y: list[float]
    z: list[list[float]]
    levels: list[float]


@dataclass(frozen=True)
class Panel:
    y_label: str
    height: float
    series: list[Series]
    marks: list[Mark]
    surface: Surface | None = None
    y_range: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Figure:
    source: str
    title: str
    caption: str
    x_label: str
    panels: list[Panel]


def read_figure(node: Node) -> Figure:
    panels = [_panel(n) for n in node["panels"].elements()]
    if not panels:
        raise node["panels"].fail("there is no panel")
    return Figure(
        node.text("source", ""),
        node.text("title"),
        node.text("caption", ""),
        node.text("x_label", ""),
        panels,
    )


def _panel(node: Node) -> Panel:
    surface = node.optional("surface")
    y_range = node.numbers("y_range") if node.optional("y_range") is not None else []
    if y_range and (len(y_range) != 2 or not y_range[0] < y_range[1]):
        raise node["y_range"].fail("expected a lower and a higher end")
    height = node.number("height")
    return Panel(
        node.text("y_label", ""),
        height if height > 0 else 1.0,
        [_series(n) for n in node.list("series")],
        [
            Mark(n.text("label", ""), n.text("role"), n.finite("at"), n.flag("vertical"))
            for n in node.list("marks")
        ],
        None if surface is None else _surface(surface),
        y_range,
    )


def _series(node: Node) -> Series:
    style = node.text("style")
    if style not in STYLES:
        raise node["style"].fail(f'"{style}" is none of {", ".join(STYLES)}')
    x, y, errors = node.numbers("x"), node.numbers("y"), node.numbers("errors")
    if len(x) != len(y) + (style == "steps"):
        raise node["x"].fail(f"{len(x)} values for {len(y)} of y")
    if errors and len(errors) != len(y):
        raise node["errors"].fail(f"{len(errors)} values for {len(y)} of y")
    return Series(node.text("label", ""), node.text("role"), style, x, y, errors)


def _surface(node: Node) -> Surface:
    surface = Surface(
        node.text("label", ""),
        node.numbers("x"),
        node.numbers("y"),
        [[v.as_number() for v in row.elements()] for row in node["z"].elements()],
        node.numbers("levels"),
    )
    if len(surface.z) != len(surface.y) or any(len(row) != len(surface.x) for row in surface.z):
        raise node["z"].fail(f"expected {len(surface.y)} rows of {len(surface.x)} values")
    if not all(map(math.isfinite, surface.levels)) or sorted(set(surface.levels)) != surface.levels:
        raise node["levels"].fail("levels must be finite and rise")
    return surface
