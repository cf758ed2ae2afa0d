#!/usr/bin/env python3
"""Draws alphas-scan.svg, the picture in README.md, from the run folder of `trueup demo`.

    make demo
    PYTHONPATH=python .venv/bin/python docs/images/make_alphas_scan.py demo-run
"""

import re
import sys
from pathlib import Path

from trueup.loading import load_run
from trueup.plots.scan import scan_plot

FOLDER = Path(__file__).resolve().parent
CSS = FOLDER.parent.parent / "python" / "trueup" / "templates" / "report.css"


def standalone(svg: str) -> str:
    """The report's element as a file of its own: the light colours and the font written out, on white."""
    light = re.search(r":root \{(.*?)\}", CSS.read_text(), re.S)[1]
    colours = dict(re.findall(r"--(\w+): (#\w+)", light))
    svg = re.sub(r"var\(--(\w+)\)", lambda match: colours[match[1]], svg)
    width, height = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups()
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{width}" height="{height}" font-family="Helvetica, Arial, sans-serif" '
    )
    svg = svg.replace("<svg ", head, 1)
    return re.sub(
        r"(<svg[^>]*>)", rf'\1<rect width="100%" height="100%" fill="{colours["paper"]}"/>', svg, count=1
    )


def main() -> None:
    run = load_run(Path(sys.argv[1] if len(sys.argv) > 1 else "demo-run"))
    (FOLDER / "alphas-scan.svg").write_text(standalone(scan_plot(run.scans[0])) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
