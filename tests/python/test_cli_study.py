"""`trueup study`: the list, one study at a tiny scale, its report, interruption, and wrong input."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from command import BINARY, ROOT, succeed, trueup

SCHEMA = json.loads((ROOT / "docs" / "schema" / "result-1.json").read_text())
STUDIES = sorted((ROOT / "studies").glob("*/*.toml"))
NO_REPORT = {"TRUEUP_PYTHON": "/nonexistent/python"}
TINY = [
    *("--set", "events.data=10000", "--set", "events.simulation=10000", "--set", "events.scanned=20000"),
    *("--set", "reweight.training.max_epochs=8", "--set", "fit.training.max_epochs=4"),
    *("--set", "random_truths=0", "--set", "limits.bias=1", "--set", "limits.spread=1"),
]
RUN = ["study", "run", "gaussian-1d", "--scale", "quick", *TINY]


def result_of(run: Path) -> dict[str, Any]:
    result = json.loads((run / "result.json").read_text())
    jsonschema.validate(result, SCHEMA)
    return result


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study")
    outcome = trueup(*RUN, "--out", "run", "--json", cwd=folder)
    # Ten thousand events may fail a check; whether the rows are there is another matter.
    assert outcome.code in (0, 1), outcome
    assert outcome.json == result_of(folder / "run")
    return folder


def test_list_names_every_file(tmp_path: Path) -> None:
    listed = succeed("study", "list", "--json", cwd=tmp_path).json["studies"]
    assert [s["name"] for s in listed] == sorted(f.stem for f in STUDIES)
    assert all(s["title"] and s["source"] for s in listed)
    text = succeed("study", "list", cwd=tmp_path).out
    assert all(s["name"] in text for s in listed)


def test_rows_beside_the_published_numbers(work: Path) -> None:
    rows = {row["name"]: row for row in result_of(work / "run")["rows"]}
    published = tomllib.loads((ROOT / "studies" / "srgn" / "gaussian-1d.toml").read_text())["published"]
    for name, number in published.items():
        row = rows[name]
        assert (row["published"], row["published_error"]) == (number["value"], number["error"])
        assert row["runs"] == 2
        # 10,000 events and a few epochs: it is a fit, not a guess within [-2, 2].
        assert abs(row["value"] - 1) < 0.5


def test_report_shows_rows_and_figures(work: Path) -> None:
    page = (work / "run" / "report.html").read_text()
    assert "Published numbers and ours" in page
    for figure in ("Fig. 2", "Fig. 3", "Fig. 5"):
        assert f"SRGN, {figure}" in page
    figures = json.loads((work / "run" / "plots.json").read_text())["figures"]
    assert page.count("<figure>") == len(figures) >= 4
    assert all(len(f["caption"]) > 60 for f in figures)


def test_an_interrupted_study_goes_on(work: Path) -> None:
    run = work / "parts"
    process = subprocess.Popen(
        [BINARY, *RUN, "--out", run, "--set", "repetitions=50"],
        cwd=work,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | NO_REPORT,
    )
    deadline = time.monotonic() + 60
    while not (run / "repetitions" / "0001.json").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 130
    assert not (run / "result.json").exists()
    resumed = trueup(*RUN, "--out", run, "--resume", "--threads", 1, cwd=work, env=NO_REPORT)
    assert resumed.code in (0, 1), resumed
    assert "repetition 1 of 2, made earlier, reused" in resumed.err
    assert result_of(run)["rows"] == result_of(work / "run")["rows"]


def test_dry_run_writes_nothing(tmp_path: Path) -> None:
    for study in STUDIES:
        for scale in ("quick", "desk", "paper"):
            arguments = ["study", "run", study.stem, "--scale", scale, "--out", "dry", "--dry-run", "--json"]
            assert succeed(*arguments, cwd=tmp_path).json["would"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "gaussian-1", "--out", "x"], "did you mean 'gaussian-1d'"),
        (["run", "gaussian-1d"], "--out"),
        (["run", "gaussian-1d", "--out", "x", "--scale", "huge"], "huge"),
        (["run", "gaussian-1d", "--out", "x", "--set", "repetition=3"], "did you mean 'repetitions'"),
        (["run", "gaussian-1d", "--out", "x", "--set", "repetitions=0"], "at least 1"),
        (["run", "gaussian-1d", "--out", "x", "--set", "parameters.mu.truth=5"], "between -2 and 2"),
        (["run", "--out", "x"], "NAME"),
        ([], "subcommand"),
    ],
)
def test_wrong_input(arguments: list[str], said: str, tmp_path: Path) -> None:
    outcome = trueup("study", *arguments, cwd=tmp_path)
    assert outcome.code == 2 and said in outcome.err and outcome.out == "", outcome
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_another_command_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "config.toml").write_text("# trueup fit 0.1.0: configuration as resolved\n")
    outcome = trueup(*RUN, "--out", "other", cwd=tmp_path)
    assert outcome.code == 2 and "trueup fit" in outcome.err
    assert [p.name for p in other.iterdir()] == ["config.toml"]
