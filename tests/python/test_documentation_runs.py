"""What the documentation shows runs.

Shell and Python blocks of a document run in order, in one shell, in a folder that looks like the source tree.
`trueup` is there a script that makes jobs smaller (SMALLER); TRUEUP_DOCUMENTATION=full runs them unchanged.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from command import BINARY, ROOT, trueup
from documents import SHOWN, blocks, commands, is_run, name_of, spans

EXAMPLES = sorted((ROOT / "examples").glob("*.toml"))
CARDS = sorted((ROOT / "cards").glob("*.toml"))

# What the script adds to a command, so that the tutorial takes seconds.
SMALLER = {
    "simulate": "--events 50000",
    "reweight": "--set reweight.training.max_epochs=10 --set reweight.training.batch_size=500",
    "fit": "--set fit.repetitions=5 --set fit.training.batch_size=500",
    "refine": "--set refine.first.max_epochs=8 --set refine.training.max_epochs=12"
    " --set refine.training.batch_size=500",
    "bench": "--dry-run",
    "demo": "--dry-run",
}


def sandbox(folder: Path) -> Path:
    """A folder that looks like a built source tree, with our `trueup` in it."""
    for name in ("examples", "cards", "tests", "python"):
        (folder / name).symlink_to(ROOT / name)
    script = folder / "build" / "bin" / "trueup"
    script.parent.mkdir(parents=True)
    small = {} if os.environ.get("TRUEUP_DOCUMENTATION") == "full" else SMALLER
    cases = "".join(f'  {name}) exec {BINARY} "$@" {more} ;;\n' for name, more in small.items())
    script.write_text(f'#!/usr/bin/env bash\ncase "$1" in\n{cases}  *) exec {BINARY} "$@" ;;\nesac\n')
    script.chmod(0o755)
    return folder


def script_of(document: Path, folder: Path) -> str:
    """All blocks of a document as one shell script that names the line at which it fails."""
    lines = ["set -eu", "trap 'echo \"failed: $at\" >&2' ERR"]
    for block in blocks(document):
        if block.language == "sh":
            for command in filter(is_run, commands(block)):
                mark = shlex.quote(f"{command.where}: {command.text}")
                lines += [f"at={mark}", 'echo; echo "$ $at"', command.text]
        elif block.language == "python":
            file = folder / f"block_{block.line}.py"
            file.write_text(block.text)
            where = f"{name_of(document)}:{block.line}: Python block"
            lines += [f"at={shlex.quote(where)}", f"python {shlex.quote(str(file))}"]
    return "\n".join(lines) + "\n"


def run_document(document: Path, folder: Path) -> str:
    (folder / "document.sh").write_text(script_of(document, folder))
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "document.sh"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=900,
        env=os.environ | {"PATH": path, "PYTHONPATH": str(ROOT / "python")},
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def tutorial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The README's commands, run; what they printed is in `printed`."""
    folder = sandbox(tmp_path_factory.mktemp("tutorial"))
    (folder / "printed").write_text(run_document(ROOT / "README.md", folder))
    return folder


def test_tutorial_prints_what_it_says(tutorial: Path) -> None:
    """Line by line, up to the numbers."""
    number = re.compile(r"[-+]?\d+(\.\d+)?")
    printed = [number.sub("N", line) for line in (tutorial / "printed").read_text().splitlines()]
    said = [b for b in blocks(ROOT / "README.md") if b.language == "text"]
    assert len(said) == 1
    for line in said[0].text.splitlines():
        assert number.sub("N", line) in printed, line


def test_tutorial_makes_the_files_it_names(tutorial: Path) -> None:
    named = {s.text for s in spans(ROOT / "README.md") if re.match(r"runs/\S+$", s.text)}
    assert "runs/tutorial/fit/report.html" in named
    for name in named:
        assert (tutorial / name).exists(), name


@pytest.mark.parametrize("document", [d for d in SHOWN if d != ROOT / "README.md"], ids=name_of)
def test_blocks_run(document: Path, tmp_path: Path) -> None:
    folder = sandbox(tmp_path)
    maker = ROOT / "tests" / "python" / "synthetic_run.py"
    subprocess.run([sys.executable, maker, folder / "RUN"], check=True, capture_output=True)
    run_document(document, folder)


OF_OTHER_TABLES = [
    "demo_fit.toml",
    "populations_refine.toml",
    "populations_reweight.toml",
    "populations_weighted_refine.toml",
]


INCLUDED = ["cms.toml"]  # by other cards


def dry_run(file: Path, cwd: Path) -> dict[str, Any]:
    """The plan of a configuration, by the command that its sections are for."""
    sections = tomllib.loads(file.read_text()).keys()
    kinds = {"source": "simulate", "nominal": "reweight", "refine": "refine"}
    command = next((kinds[section] for section in kinds if section in sections), "fit")
    out = "dry.h5" if command == "simulate" else "dry"
    done = trueup(command, file, "--out", out, "--dry-run", "--json", cwd=cwd)
    if "this build does not have" in done.err:
        pytest.skip(done.err)
    assert done.code == 0, done
    return done.json


@pytest.mark.parametrize(
    "file",
    # The demo's job has a test of its own; docs/guide/refine.md runs the jobs that read the populations.
    [f for f in [*EXAMPLES, *CARDS] if f.name not in [*OF_OTHER_TABLES, *INCLUDED]],
    ids=lambda f: f.name,
)
def test_examples_are_accepted(file: Path, tutorial: Path) -> None:
    assert dry_run(file, tutorial / "runs" / "tutorial")["would"]


def test_demo_reads_columns_that_its_cards_make(tmp_path: Path) -> None:
    columns: dict[str, set[str]] = {}
    for name in ("nominal", "scan", "data"):
        plan = dry_run(ROOT / "cards" / f"ee_z_{name}.toml", tmp_path)["would"]
        line = next(line for line in plan if line.startswith("columns: "))
        columns[name] = set(line.removeprefix("columns: ").split(", "))
    job = tomllib.loads((ROOT / "examples" / "demo_fit.toml").read_text())
    features, parameters = job["reweight"]["features"], job["reweight"]["parameters"]
    observables = job["fit"]["observables"]
    assert {*features, *observables} <= columns["nominal"]
    assert {*features, *parameters} <= columns["scan"]
    assert {*observables} <= columns["data"]
    outcome = trueup("demo", "--out", "demo", "--dry-run", cwd=tmp_path)
    assert outcome.code == 0, outcome
