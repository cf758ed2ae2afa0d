"""Wrong input and wrong environment: the exit code, one line with file and place, nothing left behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import synthetic_run
from trueup.report import main

Document = dict[str, Any]


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return synthetic_run.write(tmp_path / "run", columns=1)


def expect(
    run: Path, code: int, *words: str, capsys: pytest.CaptureFixture[str], out: str | None = None
) -> None:
    assert main([str(run)] + (["--out", out] if out else [])) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("error: ") and captured.err.count("\n") == 1
    for word in words:
        assert word in captured.err
    if run.is_dir():
        assert not [p.name for p in run.iterdir() if "report" in p.name]


def test_no_run_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    expect(tmp_path / "nothing", 3, "nothing", "no such run folder", capsys=capsys)


def test_run_is_a_file(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    expect(run / "result.json", 3, "is not a folder", capsys=capsys)


@pytest.mark.parametrize("name", ["result.json", "plots.json"])
class TestFiles:
    def test_missing(self, run: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
        (run / name).unlink()
        expect(run, 3, name, "no such file", capsys=capsys)

    def test_empty(self, run: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
        (run / name).write_text("")
        expect(run, 3, name, "not valid JSON", capsys=capsys)

    def test_cut_off(self, run: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
        text = (run / name).read_text()
        (run / name).write_text(text[: len(text) // 2])
        expect(run, 3, name, "not valid JSON", capsys=capsys)

    def test_binary(self, run: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
        (run / name).write_bytes(b"\x89HDF\r\n\x1a\n\xff\xfe")
        expect(run, 3, name, "not a text file", capsys=capsys)

    def test_a_folder(self, run: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
        (run / name).unlink()
        (run / name).mkdir()
        expect(run, 3, name, "cannot be read", capsys=capsys)

    def test_not_an_object(self, run: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
        (run / name).write_text("[1, 2]")
        expect(run, 3, name, "expected an object, found a list of 2", capsys=capsys)

    def test_other_schema(self, run: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
        (run / name).write_text('{"schema": "trueup.other/7"}')
        expect(run, 3, name, 'schema is "trueup.other/7"', 'expected "trueup.', capsys=capsys)


def _distribution(change: Callable[[Document], Any]) -> Callable[[Document], Any]:
    return lambda document: change(document["distributions"][1])


# What is done to plots.json, and the words that the message must have.
PLOT_FAULTS: dict[str, tuple[Callable[[Document], Any], tuple[str, ...]]] = {
    "bins": (
        _distribution(lambda d: d["samples"][1]["sums"].pop()),
        ("distributions[1].samples[1].sums", "49 values"),
    ),
    "edges fall": (_distribution(lambda d: d["edges"].reverse()), ("distributions[1].edges", "must rise")),
    "no edges": (_distribution(lambda d: d.update(edges=[])), ("distributions[1].edges", "at least two")),
    "edge null": (
        _distribution(lambda d: d["edges"].__setitem__(1, None)),
        ("distributions[1].edges", "finite"),
    ),
    "role": (_distribution(lambda d: d["samples"][0].update(role="signal")), ('"signal"', "nominal, target")),
    "level": (
        _distribution(lambda d: d.update(level="trigger")),
        ("distributions[1].level", "generator, detector"),
    ),
    "no name": (_distribution(lambda d: d.pop("name")), ("distributions[1]", '"name" is missing')),
    "no sample": (_distribution(lambda d: d.update(samples=[])), ("distributions[1].samples", "no sample")),
    "text": (
        _distribution(lambda d: d["samples"][0]["sums"].__setitem__(4, "x")),
        ("sums[4]", 'number, found "x"'),
    ),
    "not a list": (lambda d: d.update(scans={}), ("scans", "expected a list, found an object")),
    "theta": (
        lambda d: d["scans"][0]["points"][7].pop("theta"),
        ("scans[0].points[7]", '"theta" is missing'),
    ),
    "epochs": (lambda d: d["learning_curves"][0]["train"].pop(), ("learning_curves[0].train", "epochs")),
    "counts": (lambda d: d["weights"][0]["counts"].append(1), ("weights[0].counts", "61 values for 60 bins")),
}

RESULT_FAULTS: dict[str, tuple[Callable[[Document], Any], tuple[str, ...]]] = {
    "value": (
        lambda d: d["parameters"]["alphas"].update(value="0.15"),
        ("parameters.alphas.value", "a number"),
    ),
    "interval": (
        lambda d: d["parameters"]["alphas"].update(low=0.2),
        ("parameters.alphas", "low ≤ value ≤ high"),
    ),
    "passed": (lambda d: d["checks"][0].update(passed="yes"), ("checks[0].passed", "true or false")),
    "seed": (lambda d: d.update(seed=1.5), ("seed", "whole number")),
    "note": (lambda d: d.update(notes=[3]), ("notes[0]", "expected a text")),
    "command": (lambda d: d.pop("command"), ('"command" is missing',)),
}


def _spoil(path: Path, change: Callable[[Document], Any]) -> None:
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document))


@pytest.mark.parametrize("fault", PLOT_FAULTS)
def test_wrong_plots(run: Path, fault: str, capsys: pytest.CaptureFixture[str]) -> None:
    change, words = PLOT_FAULTS[fault]
    _spoil(run / "plots.json", change)
    expect(run, 3, "plots.json", *words, capsys=capsys)


@pytest.mark.parametrize("fault", RESULT_FAULTS)
def test_wrong_result(run: Path, fault: str, capsys: pytest.CaptureFixture[str]) -> None:
    change, words = RESULT_FAULTS[fault]
    _spoil(run / "result.json", change)
    expect(run, 3, "result.json", *words, capsys=capsys)


def test_no_folder_to_write_to(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    expect(run, 4, "nowhere/r.html: cannot be written", out=str(tmp_path / "nowhere/r.html"), capsys=capsys)


def test_target_is_a_folder(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "r.html").mkdir()
    expect(run, 4, "cannot be written", out=str(tmp_path / "r.html"), capsys=capsys)
    assert [p.name for p in tmp_path.iterdir() if p.name.endswith(".tmp")] == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_read_only_run(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run.chmod(0o555)
    try:
        expect(run, 4, "cannot be written", capsys=capsys)
    finally:
        run.chmod(0o755)


def test_a_failed_report_leaves_the_old_one(run: Path) -> None:
    (run / "report.html").write_text("old")
    (run / "plots.json").write_text("{")
    assert main([str(run)]) == 3
    assert (run / "report.html").read_text() == "old"


@pytest.mark.parametrize("module", ["matplotlib", "jinja2"])
def test_missing_module(run: Path, module: str) -> None:
    hide = f"import sys; sys.modules[{module!r}] = None"
    code = f"{hide}; from trueup.report import main; sys.exit(main([{str(run)!r}]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 4
    assert done.stderr.count("\n") == 1
    assert module in done.stderr and "pip install matplotlib jinja2" in done.stderr


def test_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main([])
    assert exit_.value.code == 2
