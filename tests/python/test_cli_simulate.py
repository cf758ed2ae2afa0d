"""`trueup simulate` of Pythia's events, interrupted and resumed, and `trueup merge` of parts."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

import pytest
from command import BINARY, ROOT, succeed, trueup

CARD = ROOT / "cards" / "ee_z_nominal.toml"


def simulate(out: str, events: int, *more: object, seed: int = 3) -> list[object]:
    blocks = ["--set", "source.block_events=50", "--threads", 2]
    return ["simulate", CARD, "--out", out, "--events", events, "--seed", seed, *blocks, *more]


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("simulate")
    outcome = trueup(*simulate("probe.csv", 50), cwd=folder)
    if outcome.code == 4:
        pytest.skip("this build has no Pythia")
    return folder


def test_an_interrupted_generation_goes_on(work: Path) -> None:
    succeed(*simulate("whole.csv", 3000), cwd=work)
    assert not (work / "whole.csv.part").exists()
    process = subprocess.Popen(
        [BINARY, *map(str, simulate("stopped.csv", 3000))],
        cwd=work,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a job in the background ignores it
    )
    part = work / "stopped.csv.part"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not (part.exists() and part.stat().st_size > 1000):
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "--resume" in errors
    assert not (work / "stopped.csv").exists()
    kept = part.stat().st_size
    assert kept > 1000
    succeed(*simulate("stopped.csv", 3000), "--resume", cwd=work)
    assert not part.exists()
    assert (work / "stopped.csv").read_bytes() == (work / "whole.csv").read_bytes()


def test_without_resume_it_starts_anew(work: Path) -> None:
    (work / "fresh.csv.part").write_text("of another command")
    succeed(*simulate("fresh.csv", 100), cwd=work)
    assert not (work / "fresh.csv.part").exists()


def test_resume_leaves_what_another_call_made(work: Path) -> None:
    (work / "kept.csv.part").write_text("of another command")
    refused = trueup(*simulate("kept.csv", 100), "--resume", cwd=work)
    assert refused.code == 2
    assert "kept.csv.part" in refused.err and "remove it" in refused.err
    assert (work / "kept.csv.part").read_text() == "of another command"


def test_parts_are_joined(work: Path) -> None:
    succeed(*simulate("all.csv", 200), cwd=work)
    succeed(*simulate("a.csv", 100), cwd=work)
    succeed(*simulate("b.csv", 100, "--first-event", 100), cwd=work)
    plan = succeed("merge", "b.csv", "a.csv", "--out", "both.csv", "--dry-run", cwd=work)
    assert "events 0 to 199" in plan.out
    assert not (work / "both.csv").exists()
    outcome = succeed("merge", "b.csv", "a.csv", "--out", "both.csv", "--events", 200, "--json", cwd=work)
    assert outcome.json["metrics"]["rows"] == 200
    assert [Path(i["path"]).name for i in outcome.json["inputs"]] == ["b.csv", "a.csv"]
    assert (work / "both.csv").read_bytes() == (work / "all.csv").read_bytes()
    onto = trueup("merge", "a.csv", "b.csv", "--out", "a.csv", cwd=work)
    assert onto.code == 2
    assert "is one of the parts" in onto.err
    # One part may have weights where the other has none but 1.
    rows = (work / "b.csv").read_text().splitlines()
    head = next(i for i, row in enumerate(rows) if not row.startswith("#"))
    weighted = [*rows[:head], rows[head] + ",weight", *(row + ",2" for row in rows[head + 1 :])]
    (work / "w.csv").write_text("\n".join(weighted) + "\n")
    succeed("merge", "a.csv", "w.csv", "--out", "weighted.h5", cwd=work)
    assert succeed("info", "weighted.h5", "--json", cwd=work).json["has_weights"]
    # The whole counts as made.
    again = succeed(*simulate("both.csv", 200), "--resume", cwd=work)
    assert "made earlier" in again.out


def test_parts_that_do_not_fit(work: Path) -> None:
    succeed(*simulate("one.csv", 100), cwd=work)
    succeed(*simulate("three.csv", 50, "--first-event", 200), cwd=work)
    gap = trueup("merge", "one.csv", "three.csv", "--out", "no.csv", "--events", 300, cwd=work)
    assert gap.code == 3
    assert "--first-event 100 --events 100" in gap.err
    assert "--first-event 250 --events 50" in gap.err
    assert not (work / "no.csv").exists()
    twice = trueup("merge", "one.csv", "one.csv", "--out", "no.csv", cwd=work)
    assert twice.code == 3
    assert "both have events 0 to 99" in twice.err
    succeed(*simulate("other.csv", 100, "--first-event", 100, seed=4), cwd=work)
    seeds = trueup("merge", "one.csv", "other.csv", "--out", "no.csv", cwd=work)
    assert seeds.code == 3
    assert "seed" in seeds.err
    (work / "plain.csv").write_text("x\n1\n")
    plain = trueup("merge", "plain.csv", "--out", "no.csv", cwd=work)
    assert plain.code == 3
    assert "not made by 'trueup simulate'" in plain.err
