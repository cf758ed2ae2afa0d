"""The report of a study: rows beside published numbers, figures of every kind, and wrong figures."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import synthetic_study
from trueup.report import main, make_report


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return synthetic_study.write(tmp_path / "run")


def test_rows_and_figures(run: Path) -> None:
    page = make_report(run).read_text()
    assert "Study gaussian-1d" in page and "trueup study run gaussian-1d" in page
    assert "<td>1.000 ± 0.017</td><td>0.9987 ± 0.0061</td><td>40</td>" in page
    assert "<td>1.000 ± 0.017</td><td>0.999</td><td>1</td>" in page  # the published number's decimals
    assert "χ²/ndof, gen_x0, nominal</th><td>–</td><td>7996</td>" in page
    assert page.count("<svg") == page.count("<figcaption>") == 2
    assert "χ²/ndof 1.1 at μ = 1.5 ± 0.1" in page  # names become letters
    for words in (
        "SRGN, Fig. 3",
        "SRGN, Fig. 7",
        "learnt weights",
        "generated at μ = 1.5",
        "x, generator level",
    ):
        assert words in page
    assert ">0.6<" in page  # a contour's label


def spoil(path: str, value: Any) -> Callable[[list[dict[str, Any]]], None]:
    def change(figures: list[dict[str, Any]]) -> None:
        node: Any = figures
        *way, last = path.split(".")
        for key in way:
            node = node[int(key) if key.isdigit() else key]
        node[int(last) if last.isdigit() else last] = value

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (spoil("0.panels", []), "figures[0].panels: there is no panel"),
        (spoil("0.panels.0.series.0.style", "dots"), '"dots" is none of'),
        (spoil("0.panels.0.series.0.x", [0.0, 1.0]), "2 values for 12 of y"),
        (spoil("0.panels.0.series.0.errors", [0.1]), "1 values for 12 of y"),
        (spoil("0.panels.1.y_range", [1.0, 1.0]), "a lower and a higher end"),
        (spoil("1.panels.0.surface.z", [[1.0]]), "expected 4 rows of 4 values"),
        (spoil("1.panels.0.surface.levels", [0.6, 0.5]), "levels must be finite and rise"),
        (spoil("1.panels.0.marks.0.at", None), '"at" is missing'),
    ],
)
def test_wrong_figures(
    run: Path, change: Callable[..., None], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    plots = json.loads((run / "plots.json").read_text())
    change(plots["figures"])
    (run / "plots.json").write_text(json.dumps(plots))
    assert main([str(run)]) == 3
    assert said in capsys.readouterr().err
    assert not (run / "report.html").exists()
