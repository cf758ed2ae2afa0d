"""`trueup refine` and `trueup apply` with its model: a small run, report, pairs by key, wrong input."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from command import ROOT, succeed, trueup

SCHEMA = json.loads((ROOT / "docs" / "schema" / "result-1.json").read_text())
NO_REPORT = {"TRUEUP_PYTHON": "/nonexistent/python"}
CONFIG = """
[fast]
table = "fast.h5"
[full]
table = "full.h5"
[refine]
columns = ["det_x"]
conditions = ["gen_x"]
hidden = ["det_h"]
pairs = "rows"
[refine.network]
width = 16
[refine.kernel]
conditions = false
[refine.first]
max_epochs = 10
batch_size = 200
[refine.training]
max_epochs = 10
batch_size = 200
"""
REFINE = ["refine", "refine.toml"]


def result_of(run: Path) -> dict[str, Any]:
    result = json.loads((run / "result.json").read_text())
    jsonschema.validate(result, SCHEMA)
    return result


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("refine")
    for kind in ("fast", "full"):
        card = ROOT / "examples" / f"populations_{kind}.toml"
        succeed("simulate", card, "--out", f"{kind}.h5", "--events", "12000", cwd=folder)
    (folder / "refine.toml").write_text(CONFIG)
    outcome = trueup(*REFINE, "--out", "run", "--json", cwd=folder)
    # A short training may fail a check; whether the rest is there is another matter.
    assert outcome.code in (0, 1), outcome
    assert outcome.json == result_of(folder / "run")
    return folder


def test_the_run_refines(work: Path) -> None:
    metrics = result_of(work / "run")["metrics"]
    for metric in ("mmd_b", "omniscient_mmd_b", "mse", "chi2_per_ndof"):
        assert metrics[f"{metric}_refined"] < 0.5 * metrics[f"{metric}_fast"], metric
    assert metrics["auc_refined"] > 0.4


def test_the_report_shows_the_figures(work: Path) -> None:
    page = (work / "run" / "report.html").read_text()
    assert "Refinement of fast simulation" in page
    assert "Refined column det_x" in page
    assert "Pearson correlations" in page
    figures = json.loads((work / "run" / "plots.json").read_text())["figures"]
    assert [f["title"] for f in figures] == ["Refined column det_x", "Pearson correlations"]
    values = figures[1]["panels"][0]["series"][0]["y"]
    assert f"({max(values, key=abs):+.3f})" in figures[1]["caption"].split("of refined")[0]


def test_a_resolved_configuration_gives_the_same_run(work: Path) -> None:
    done = trueup(
        "refine", "run/config.toml", "--out", "again", "--threads", "1", "--json", cwd=work, env=NO_REPORT
    )
    assert done.code in (0, 1), done.err
    first, again = result_of(work / "run")["metrics"], result_of(work / "again")["metrics"]
    same = [key for key in first if not key.startswith("seconds")]
    assert {key: again[key] for key in same} == {key: first[key] for key in same}


def test_apply_refines_in_blocks_as_in_memory(work: Path) -> None:
    model = "run/model.onnx"
    done = succeed("apply", model, "fast.h5", "refined.h5", "--json", cwd=work)
    assert done.json["method"] == "refine" and done.json["metrics"]["rows"] == 12000
    succeed("apply", model, "fast.h5", "refined.npy", cwd=work)
    succeed("apply", model, "refined.h5", "twice.npy", cwd=work)
    refined, twice = np.load(work / "refined.npy"), np.load(work / "twice.npy")
    succeed("apply", model, "fast.h5", "refined.csv", cwd=work)
    info = succeed("info", "refined.h5", "--json", cwd=work).json
    assert info["metadata"]["refined"] == "by run/model.onnx"
    assert not np.array_equal(refined["det_x"], twice["det_x"]), "refined once, then once more"
    # The whole file and the blocks give the same numbers.
    compared = succeed(
        "compare", "refined.h5", "refined.npy", "--columns", "det_x", "--pairs", "--json", cwd=work
    ).json
    assert compared["columns"][0]["mse"] == 0


def test_info_knows_refiners(work: Path) -> None:
    info = succeed("info", "run/model.onnx", "--json", cwd=work).json
    assert info["kind"] == "refiner" and len(info["stages"]) == 2
    assert [c["name"] for c in info["refined"]] == ["det_x"]
    assert "refines det_x" in succeed("info", "run/model.onnx", cwd=work).out


def test_compare_with_a_hidden_column(work: Path) -> None:
    arguments = ("--columns", "det_x", "--hidden", "det_h", "--pairs", "--json")
    found = succeed("compare", "fast.h5", "full.h5", *arguments, cwd=work).json
    assert found["omniscient_mmd"]["biased"] > 5 * found["omniscient_mmd"]["biased_error"] > 0
    assert found["mmd"]["unbiased"] < found["mmd"]["biased"]
    assert found["columns"][0]["mse"] == pytest.approx(2.57, abs=0.2)  # 0.52 + 0.15 · 3.7²
    wrong = trueup("compare", "fast.h5", "full.h5", "--columns", "det_x", "--hidden", "det_x", cwd=work)
    assert wrong.code == 2 and "is among the columns" in wrong.err


def test_unpaired_rows(work: Path) -> None:
    """Shuffled rows: taken by `mmd`, refused with the reason by what needs pairs."""
    table = np.load(work / "refined.npy")
    rng = np.random.default_rng(1)
    np.save(work / "shuffled.npy", table[rng.permutation(len(table))])
    other = ("--set", "full.table=shuffled.npy")
    refused = trueup(*REFINE, "--out", "x", *other, cwd=work)
    assert refused.code == 3 and "are not pairs" in refused.err and "'gen_x'" in refused.err
    none = trueup(*REFINE, "--out", "x", *other, "--set", "refine.pairs=none", cwd=work)
    assert none.code == 2 and "compares each fast event with its own full event" in none.err
    mmd = (
        "--set",
        "refine.pairs=none",
        "--set",
        "refine.schedule=mmd",
        "--set",
        "refine.training.max_epochs=1",
    )
    taken = trueup(*REFINE, "--out", "unpaired", *other, *mmd, cwd=work, env=NO_REPORT)
    assert taken.code in (0, 1), taken.err
    assert "mse_refined" not in result_of(work / "unpaired")["metrics"]


def test_pairs_by_key(work: Path) -> None:
    with_key = ("--set", 'refine.key=["gen_x", "gen_h"]', "--set", "refine.pairs=key")
    plan = succeed(*REFINE, "--out", "y", *with_key, "--dry-run", cwd=work).out
    assert "12000 pairs by key; 0 fast and 0 full rows have no partner" in plan
    wrong = trueup(*REFINE, "--out", "y", "--set", 'refine.key=["gen_x"]', cwd=work)
    assert wrong.code == 2 and "only with pairs" in wrong.err


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ('refine.column.det_y.transform="log"', "neither refined"),
        ('refine.column.det_x.transform="log"', "must be above 0"),
        ('refine.column.det_x.transform="logit"', "needs both 'low' and 'high'"),
        ("refine.kernel.bandwidths=[1.0, -1.0]", "must all be positive"),
        ("refine.kernel.bandwidths=[1.0, 1.0]", "2 bandwidths are given for 1"),
        ("refine.schedule=three-stage", "two-stage"),
        ("refine.test_fraction=2", "between 0 and 1"),
        ('refine.columns=["det_z"]', "det_z"),
    ],
)
def test_wrong_input(work: Path, change: str, message: str) -> None:
    wrong = trueup(*REFINE, "--out", "wrong", "--set", change, cwd=work, env=NO_REPORT)
    assert wrong.code in (2, 3) and message in wrong.err, wrong.err


def test_a_refiner_has_no_theta(work: Path) -> None:
    wrong = trueup("apply", "run/model.onnx", "fast.h5", "out.h5", "--theta", "mu=1", cwd=work)
    assert wrong.code == 2 and "depends on no parameter" in wrong.err


def test_the_study_reaches_its_limits_with_few_events(tmp_path: Path) -> None:
    """At scale quick: the MMD alone loses the hidden feature, two stages keep it."""
    schedules = ("--set", 'schedules=["mmd", "two-stage"]')
    arguments = ("--scale", "quick", "--out", "run", *schedules, "--json")
    done = succeed("study", "run", "refine-analytic", *arguments, cwd=tmp_path, env=NO_REPORT)
    rows = {row["name"]: row for row in done.json["rows"]}
    assert rows["omniscient MMD_b x1000, two-stage"]["published"] == 0.33
    assert (
        rows["omniscient MMD_b x1000, mmd"]["value"] > 10 * rows["omniscient MMD_b x1000, two-stage"]["value"]
    )
    assert rows["MSE x1000, fast"]["value"] > 2000
    assert all(check["passed"] for check in done.json["checks"])
    figures = json.loads((tmp_path / "run" / "plots.json").read_text())["figures"]
    titles = [f["title"] for f in figures]
    assert titles[:3] == [f"Schedule mmd, {what}" for what in ("det_x", "scatter", "training")]
    assert titles[-1] == "Pearson correlations"


ONE_TARGET = """
[nominal]
table = "fast.h5"
[target]
table = "no_small.h5"
[reweight]
features = ["gen_x"]
[reweight.training]
max_epochs = 15
batch_size = 500
learning_rate = 5e-3
schedule = "cosine"
"""
FIT_OF_TARGET = """
[data]
table = "no_small.h5"
[simulation]
table = "fast.h5"
theta = { mu = 0.0 }
[reweight]
models = ["weights/model.onnx"]
[fit]
observables = ["det_x"]
"""
UNPAIRED = [
    *("--set", 'refine.schedule="mmd"', "--set", 'refine.pairs="none"', "--set", 'full.table="no_small.h5"'),
    *("--set", "refine.training.max_epochs=3"),
]


def test_events_that_full_simulation_never_makes_lose_their_weight(work: Path) -> None:
    """The fast table has a population that the full one lacks: refining cannot remove it, weights can."""
    full = ("simulate", ROOT / "examples" / "populations_full.toml", "--seed", "5", "--events", "12000")
    succeed(*full, "--set", "populations.small_fraction=0", "--out", "no_small.h5", cwd=work)
    (work / "target.toml").write_text(ONE_TARGET)

    outcome = trueup(*REFINE, *UNPAIRED, "--out", "apart", "--json", cwd=work, env=NO_REPORT)
    check = {c["name"]: c for c in result_of(work / "apart")["checks"]}["AUC of the conditions"]
    assert outcome.code == 1 and not check["passed"]
    assert "Weight the fast table first" in check["text"]

    outcome = trueup("reweight", "target.toml", "--out", "weights", "--json", cwd=work)
    closure = [c for c in result_of(work / "weights")["checks"] if "the target" in c["name"]]
    assert outcome.code == 0 and len(closure) == 3
    assert "Weights toward a target" in (work / "weights" / "report.html").read_text()
    succeed("apply", "weights/model.onnx", "fast.h5", "weighted.h5", cwd=work)

    weighted = [*UNPAIRED, "--set", 'fast.table="weighted.h5"', "--out", "together"]
    trueup(*REFINE, *weighted, "--json", cwd=work, env=NO_REPORT)
    checks = {c["name"]: c for c in result_of(work / "together")["checks"]}
    assert checks["AUC of the conditions"]["passed"], checks


def test_weights_toward_one_target_have_no_parameter_to_fit(work: Path) -> None:
    if not (work / "weights").exists():
        test_events_that_full_simulation_never_makes_lose_their_weight(work)
    outcome = trueup("apply", "weights/model.onnx", "fast.h5", "w.h5", "--theta", "mu=1", cwd=work)
    assert outcome.code == 2 and "no parameter 'mu'" in outcome.err
    (work / "fit.toml").write_text(FIT_OF_TARGET)
    outcome = trueup("fit", "fit.toml", "--out", "fit", cwd=work)
    assert outcome.code == 2 and "no parameter to fit" in outcome.err
