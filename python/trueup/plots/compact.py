"""matplotlib's SVG made small: nothing that a browser can do without; what is drawn stays the same."""

from __future__ import annotations

import re
from itertools import groupby

_TAG = re.compile(r"<[^>]*>")


def compact(svg: str) -> str:
    """An `<svg>` element for use within HTML."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'<style type="text/css">.*?</style>', "", svg, flags=re.DOTALL)
    svg = re.sub(r'\s(?:xmlns(?::xlink)?|version)="[^"]*"', "", svg).replace("xlink:href", "href")
    svg = re.sub(r"font: ([\d.]+)px [^;\"]*", r"font-size: \1px", svg)
    svg = _drop_unused_ids(svg)
    svg = _TAG.sub(lambda tag: _short_tag(tag[0]), svg)  # tags only: digits in text are what the reader reads
    svg = re.sub(r">\s+<", "><", svg)
    svg = _flatten_groups(svg)
    return _merge(svg).strip()


def _drop_unused_ids(svg: str) -> str:
    """Ids would repeat within a page; the few that are referred to are hashes of what they name."""
    used = {a or b for a, b in re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', svg)}
    return re.sub(r' id="([^"]*)"', lambda match: match[0] if match[1] in used else "", svg)


def _short_tag(tag: str) -> str:
    tag = re.sub(r"-?\d+\.\d{2,}", lambda match: f"{float(match[0]):.1f}".removesuffix(".0"), tag)
    tag = re.sub(r"\s+", " ", tag)
    tag = re.sub(r"([;:]) ", r"\1", tag).replace(' "', '"').replace(" />", "/>")
    return re.sub(r'(?<= d=")[^"]*', lambda match: short_path(match[0]), tag)


def short_path(path: str) -> str:
    """Moves and straight lines with H and V for steps; other paths only without needless spaces."""
    tokens = path.split()
    if set(path) & set("CQczSTA"):
        return re.sub(r" ?([A-Za-z]) ?", r"\1", " ".join(tokens))
    out: list[str] = []
    at = (None, None)
    last = ""
    for command, x, y in zip(tokens[0::3], tokens[1::3], tokens[2::3], strict=False):
        if command == "M":
            step, last = f"M{x} {y}", "L"  # pairs after a move are lines
        elif (x, y) == at:
            continue
        elif y == at[1]:
            step, last = f"H{x}", "H"
        elif x == at[0]:
            step, last = f"V{y}", "V"
        else:
            step = f" {x} {y}" if last == "L" else f"L{x} {y}"
            last = "L"
        out.append(step)
        at = (x, y)
    return "".join(out)


def _flatten_groups(svg: str) -> str:
    """Groups without attributes do nothing."""
    out: list[str] = []
    kept: list[bool] = []
    for part in re.split(r"(</?g(?: [^>]*)?>)", svg):
        if part == "<g>":
            kept.append(False)
        elif part.startswith("<g "):
            kept.append(True)
            out.append(part)
        elif part == "</g>":
            if kept.pop():
                out.append(part)
        else:
            out.append(part)
    return "".join(out)


def _merge(svg: str) -> str:
    """Paths in a row that look alike become one path; markers in a row share one group's style."""
    parts = [part for part in re.split(r"(<path [^>]*/>|<use [^>]*/>)", svg) if part]
    out: list[str] = []
    for look, group in groupby(parts, key=_look):
        elements = list(group)
        if look.startswith("<path") and ' d=""' in look and len(elements) > 1 and "opacity" not in look:
            joined = "".join(re.search(r' d="([^"]*)"', element)[1] for element in elements)  # type: ignore[index]
            out.append(look.replace(' d=""', f' d="{joined}"'))
        elif look.startswith("<use") and len(elements) > 1:
            style = re.search(r' style="[^"]*"', look)
            clipped = "".join(re.sub(r' style="[^"]*"', "", element) for element in elements)
            out.append(f"<g{style[0] if style else ''}>{clipped}</g>")
        else:
            out.extend(elements)
    return "".join(out)


def _look(part: str) -> str:
    """A path without its points, a marker without its place; anything else is itself."""
    if part.startswith("<path") and " id=" not in part:
        return re.sub(r' d="[^"]*"', ' d=""', part)
    if part.startswith("<use"):
        style = re.search(r' style="[^"]*"', part)
        return "<use" + (style[0] if style else "")
    return part
