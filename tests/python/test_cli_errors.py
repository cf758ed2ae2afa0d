"""Wrong input to the command: the contract's exit code, one clear line, no partial output."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
from command import Outcome, trueup

REWEIGHT = """
[nominal]
table = "nominal.h5"
theta = { mu = 0.0 }
[scanned]
table = "scan.h5"
[reweight]
features = ["gen_x"]
parameters = ["mu"]
[reweight.training]
max_epochs = 2
"""

FIT = """
[data]
table = "data.csv"
[simulation]
table = "nominal.h5"
theta = { mu = 0.0 }
[scanned]
table = "scan.h5"
[reweight]
features = ["gen_x"]
parameters = ["mu"]
[fit]
observables = ["det_x"]
"""


def write_h5(path: Path, **columns: np.ndarray) -> None:
    with h5py.File(path, "w") as file:
        for name, values in columns.items():
            file[name] = values


def write_csv(path: Path, header: str, rows: list[str]) -> None:
    path.write_text("\n".join([header, *rows]) + "\n")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Tables and configurations that are all good; each test spoils one thing."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=400).astype("f4")
    write_h5(tmp_path / "nominal.h5", gen_x=x, det_x=x + 0.1)
    mu = rng.uniform(-1, 1, size=400).astype("f4")
    write_h5(tmp_path / "scan.h5", gen_x=x + mu, mu=mu)
    write_csv(tmp_path / "data.csv", "det_x", [str(v) for v in x[:100]])
    (tmp_path / "reweight.toml").write_text(REWEIGHT)
    (tmp_path / "fit.toml").write_text(FIT)
    return tmp_path


def spoil_missing(folder: Path) -> None:
    (folder / "nominal.h5").unlink()


def spoil_column(folder: Path) -> None:
    write_h5(folder / "nominal.h5", gen_X=np.ones(5, "f4"), det_x=np.ones(5, "f4"))


def spoil_type(folder: Path) -> None:
    with h5py.File(folder / "nominal.h5", "w") as file:
        file["gen_x"] = np.array([b"one", b"two"])
        file["det_x"] = np.ones(2, "f4")


def spoil_nan(folder: Path) -> None:
    x = np.ones(50, "f4")
    x[[7, 9]] = np.nan
    write_h5(folder / "nominal.h5", gen_x=x, det_x=np.ones(50, "f4"))


def spoil_empty(folder: Path) -> None:
    write_h5(folder / "nominal.h5", gen_x=np.ones(0, "f4"), det_x=np.ones(0, "f4"))


def spoil_lengths(folder: Path) -> None:
    write_h5(folder / "nominal.h5", gen_x=np.ones(5, "f4"), det_x=np.ones(6, "f4"))


def test_columns_of_unequal_length(folder: Path) -> None:
    spoil_lengths(folder)
    expect_error(trueup("fit", "fit.toml", "--out", "run", cwd=folder), "fit", 3, ["nominal.h5"])


def spoil_not_a_table(folder: Path) -> None:
    (folder / "nominal.h5").write_bytes(b"\x00\x01 not a table")


TABLE_MISTAKES = [
    (spoil_missing, 3, ["nominal.h5", "does not exist"]),
    (spoil_column, 3, ["gen_x", "gen_X"]),
    (spoil_type, 3, ["gen_x", "nominal.h5"]),
    (spoil_nan, 3, ["nominal.h5", "gen_x", "7", "2"]),
    (spoil_empty, 3, ["nominal.h5"]),
    (spoil_not_a_table, 3, ["nominal.h5"]),
]


def files_in(folder: Path) -> set[str]:
    return {str(p.relative_to(folder)) for p in folder.rglob("*")}


def expect_error(outcome: Outcome, command: str, code: int, words: list[str]) -> None:
    assert outcome.code == code, outcome
    lines = [line for line in outcome.err.splitlines() if "error:" in line]
    assert len(lines) == 1 and lines[0].startswith(f"trueup {command}: error: "), outcome.err
    for word in words:
        assert word in lines[0]
    assert "internal error" not in outcome.err


@pytest.mark.parametrize("dry", [False, True], ids=["run", "dry-run"])
@pytest.mark.parametrize("command", ["reweight", "fit"])
@pytest.mark.parametrize(
    ("spoil", "code", "words"), TABLE_MISTAKES, ids=[m[0].__name__[6:] for m in TABLE_MISTAKES]
)
def test_bad_tables(
    folder: Path, command: str, spoil: Callable[[Path], None], code: int, words: list[str], dry: bool
) -> None:
    spoil(folder)
    before = files_in(folder)
    flags = ["--dry-run"] if dry else []
    outcome = trueup(command, f"{command}.toml", "--out", "run", *flags, cwd=folder)
    expect_error(outcome, command, code, words)
    assert outcome.out == ""
    assert files_in(folder) == before


def test_bad_csv_cell(folder: Path) -> None:
    write_csv(folder / "data.csv", "det_x", ["1.0", "two", "3.0"])
    outcome = trueup("fit", "fit.toml", "--out", "run", cwd=folder)
    expect_error(outcome, "fit", 3, ["data.csv", "two"])
    assert not (folder / "run").exists()


@pytest.mark.parametrize("command", ["reweight", "fit"])
def test_weights_that_sum_to_nothing(folder: Path, command: str) -> None:
    x = np.linspace(-1, 1, 400, dtype="f4")
    write_h5(folder / "nominal.h5", gen_x=x, det_x=x, weight=np.where(x > 0, 1, -2).astype("f4"))
    before = files_in(folder)
    outcome = trueup(command, f"{command}.toml", "--out", "run", cwd=folder)
    expect_error(outcome, command, 3, ["nominal.h5", "weights sum to"])
    assert files_in(folder) == before


@pytest.mark.parametrize("dry", [False, True], ids=["run", "dry-run"])
@pytest.mark.parametrize("command", ["reweight", "fit"])
def test_too_few_events_for_closure(folder: Path, command: str, dry: bool) -> None:
    """Said before anything is trained."""
    before = files_in(folder)
    flags = ["--dry-run"] if dry else []
    outcome = trueup(command, f"{command}.toml", "--out", "run", *flags, cwd=folder)
    expect_error(outcome, command, 3, ["closure at mu", "reweight.closure.window"])
    assert files_in(folder) == before


CONFIG_MISTAKES = [
    ("fit.repetitons=3", ["fit.repetitons", "did you mean 'fit.repetitions'"]),
    ("fit.repetitions=many", ["fit.repetitions", "integer"]),
    ("fit.repetitions=1", ["at least 2"]),
    ("fit.method=likelyhood", ["likelihood", "score"]),
    ("fit.observables=det_x", ["fit.observables", "list"]),
    ('fit.observables=["det_x", "det_x"]', ["fit.observables", "'det_x' twice"]),
    ("fit.minimiser=newton", ["scan", "praxis", "bobyqa"]),
    ("fit.training.schedule=linear", ["constant", "cosine"]),
    ("reweight.network.hidden=[50,0]", ["width"]),
    ("simulation.theta.nu=1", ["nu", "mu"]),
    ("data.truth.nu=1", ["nu", "mu"]),
    ("datum.table=x", ["datum", "data"]),
]


@pytest.mark.parametrize(
    ("change", "words"), CONFIG_MISTAKES, ids=[m[0].split("=")[0] for m in CONFIG_MISTAKES]
)
def test_bad_configuration(folder: Path, change: str, words: list[str]) -> None:
    before = files_in(folder)
    outcome = trueup("fit", "fit.toml", "--out", "run", "--set", change, cwd=folder)
    expect_error(outcome, "fit", 2, words)
    assert files_in(folder) == before


def test_nominal_value_unknown(folder: Path) -> None:
    (folder / "fit.toml").write_text(FIT.replace("theta = { mu = 0.0 }", ""))
    expect_error(trueup("fit", "fit.toml", "--out", "run", cwd=folder), "fit", 2, ["simulation.theta", "mu"])


def test_missing_and_broken_configuration(folder: Path) -> None:
    expect_error(trueup("fit", "nothing.toml", "--out", "run", cwd=folder), "fit", 2, ["nothing.toml"])
    (folder / "fit.toml").write_text("[data\n")
    expect_error(trueup("fit", "fit.toml", "--out", "run", cwd=folder), "fit", 2, ["fit.toml:1"])


USAGE_MISTAKES = [
    ([], "", ["no command"]),
    (["fti"], "", ["did you mean 'fit'"]),
    (["fit"], "fit", ["CONFIG"]),
    (["fit", "fit.toml"], "fit", ["--out"]),
    (["fit", "fit.toml", "--out", "run", "--sed", "1"], "fit", ["did you mean '--seed'"]),
    (["fit", "fit.toml", "--out", "run", "--seed", "x"], "fit", ["seed"]),
    (["fit", "fit.toml", "--out", "run", "--seed", "-1"], "fit", ["seed", "at least 0", "-1"]),
    (["fit", "fit.toml", "--out", "run", "--threads", "-1"], "fit", ["threads"]),
    (["fit", "fit.toml", "--out", "run", "--set", "nothing"], "fit", ["nothing"]),
    (["simulate", "card.toml", "--out", "x.h5", "--events", "0"], "simulate", ["events", "at least 1"]),
    (["compare", "data.csv", "data.csv", "--columns", "det_x,det_x"], "compare", ["'det_x' twice"]),
    (["demo", "--scale", "huge"], "demo", ["quick", "desk"]),
    (["compare", "data.csv", "data.csv", "extra"], "compare", ["extra"]),
]


@pytest.mark.parametrize(("arguments", "command", "words"), USAGE_MISTAKES)
def test_usage(folder: Path, arguments: list[str], command: str, words: list[str]) -> None:
    outcome = trueup(*arguments, cwd=folder)
    assert outcome.code == 2, outcome
    prefix = f"trueup {command}: error: " if command else "trueup: error: "
    assert outcome.err.startswith(prefix) and outcome.err.count("\n") == 1
    for word in words:
        assert word in outcome.err


def test_json_errors(folder: Path) -> None:
    (folder / "nominal.h5").unlink()
    for arguments, code, kind in [
        (["fit", "fit.toml", "--out", "run", "--json"], 3, "data"),
        (["fit", "--json"], 2, "configuration"),
        (["fit", "fit.toml", "--json", "--out", "data.csv/run"], 4, "environment"),
    ]:
        outcome = trueup(*arguments, cwd=folder)
        assert outcome.code == code
        error = outcome.json["error"]
        assert error["code"] == code and error["kind"] == kind and error["command"] == "fit"
        assert error["message"] in outcome.err


@pytest.mark.parametrize("command", ["reweight", "fit"])
def test_output_folder_is_a_file(folder: Path, command: str) -> None:
    before = files_in(folder)
    outcome = trueup(command, f"{command}.toml", "--out", "data.csv", cwd=folder)
    expect_error(outcome, command, 4, ["data.csv"])
    assert files_in(folder) == before


def test_output_folder_of_something_else(folder: Path) -> None:
    (folder / "run").mkdir()
    (folder / "run" / "config.toml").write_text("[mine]\n")
    expect_error(trueup("fit", "fit.toml", "--out", "run", cwd=folder), "fit", 2, ["run", "--force"])
    assert (folder / "run" / "config.toml").read_text() == "[mine]\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_read_only_folder(folder: Path) -> None:
    (folder / "locked").mkdir(mode=0o555)
    expect_error(trueup("fit", "fit.toml", "--out", "locked/run", cwd=folder), "fit", 4, ["locked"])


CARD = '[source]\ntype = "gaussian"\nevents = 100\n'

SIMULATE_MISTAKES = [
    (CARD, "out.h5x", 2, ["out.h5x"]),
    (CARD, "nowhere/out.h5", 4, ["nowhere"]),
    (CARD, "/proc/out.h5", 4, ["/proc/out.h5"]),
    (CARD + "evnts = 5\n", "out.h5", 2, ["source.evnts", "did you mean 'source.events'"]),
    (CARD.replace("gaussian", "gausian"), "out.h5", 2, ["gaussian"]),
    (CARD.replace("100", '"many"'), "out.h5", 2, ["source.events", "integer"]),
]


@pytest.mark.parametrize(("card", "out", "code", "words"), SIMULATE_MISTAKES)
def test_simulate(tmp_path: Path, card: str, out: str, code: int, words: list[str]) -> None:
    (tmp_path / "card.toml").write_text(card)
    outcome = trueup("simulate", "card.toml", "--out", out, cwd=tmp_path)
    expect_error(outcome, "simulate", code, words)
    assert files_in(tmp_path) == {"card.toml"}


def test_dry_run_of_simulate_looks_at_settings(tmp_path: Path) -> None:
    (tmp_path / "card.toml").write_text(CARD + '[fixed.mu]\nsetting = "men"\nvalue = 0.3\n')
    outcome = trueup("simulate", "card.toml", "--out", "out.h5", "--dry-run", cwd=tmp_path)
    expect_error(outcome, "simulate", 2, ["'men'", "'mean'"])


def test_models(folder: Path) -> None:
    (folder / "bad.onnx").write_bytes(b"not a model")
    expect_error(trueup("info", "bad.onnx", cwd=folder), "info", 3, ["bad.onnx"])
    expect_error(trueup("apply", "bad.onnx", "data.csv", "out.csv", cwd=folder), "apply", 3, ["bad.onnx"])
    expect_error(trueup("apply", "none.onnx", "data.csv", "out.csv", cwd=folder), "apply", 3, ["none.onnx"])
    expect_error(
        trueup("apply", "bad.onnx", "data.csv", "out.csv", "--theta", "mu", cwd=folder),
        "apply",
        2,
        ["name=number"],
    )
    assert not (folder / "out.csv").exists()


def test_info_and_compare(folder: Path) -> None:
    expect_error(trueup("info", "none.h5", cwd=folder), "info", 3, ["none.h5"])
    expect_error(
        trueup("compare", "nominal.h5", "data.csv", "--columns", "det_y", cwd=folder),
        "compare",
        3,
        ["det_y", "det_x"],
    )
    expect_error(trueup("compare", "scan.h5", "data.csv", cwd=folder), "compare", 3, ["no column in common"])
    expect_error(
        trueup("compare", "nominal.h5", "data.csv", "--weights", "w", cwd=folder),
        "compare",
        3,
        ["--weights", "'w'"],
    )


def test_info_shows_what_other_commands_refuse(tmp_path: Path) -> None:
    write_csv(tmp_path / "bad.csv", "x,y,weight", ["1,nan,0.5", "2,inf,nan", "3,nan,-1.5"])
    outcome = trueup("info", "bad.csv", "--json", cwd=tmp_path)
    assert outcome.code == 0, outcome
    x, y = outcome.json["columns"]
    assert (x["min"], x["max"], x["mean"], x["not_finite"]) == (1, 3, None, 0)
    assert (y["min"], y["max"], y["mean"], y["not_finite"]) == (None, None, None, 3)
    weights = outcome.json["weights"]
    assert weights["sum"] == -1 and weights["not_finite"] == 1
    shown = trueup("info", "bad.csv", cwd=tmp_path)
    assert shown.code == 0 and "1 NaN or infinite" in shown.out and "3 NaN or infinite" in shown.out


def test_names_that_are_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "latin.csv").write_bytes(b"x [\xb0],y\n1,2\n")
    outcome = trueup("info", "latin.csv", "--json", cwd=tmp_path)
    assert outcome.code == 0 and outcome.json["columns"][0]["name"] == "x"


def test_a_table_without_a_name_has_no_other(tmp_path: Path) -> None:
    (tmp_path / "card.toml").write_text(CARD)
    assert trueup("simulate", "card.toml", "--out", "one.h5", cwd=tmp_path).code == 0
    expect_error(trueup("info", "one.h5:other", cwd=tmp_path), "info", 3, ["one.h5", "leave out ':other'"])


def test_configuration_of_another_command(folder: Path) -> None:
    outcome = trueup("fit", "reweight.toml", "--out", "run", cwd=folder)
    expect_error(outcome, "fit", 2, ["'data' is missing", "there are 'nominal', 'reweight', 'scanned'"])


def test_compare_tables_that_do_not_overlap(tmp_path: Path) -> None:
    """No bin holds events of both: there is no χ², which is not the same as 0."""
    rng = np.random.default_rng(1)
    for name, centre in [("a", 0), ("b", 100)]:
        write_csv(tmp_path / f"{name}.csv", "x", [str(v) for v in rng.normal(centre, 1, 500)])
    outcome = trueup("compare", "a.csv", "b.csv", "--json", cwd=tmp_path)
    assert outcome.code == 0, outcome
    column = outcome.json["columns"][0]
    assert column["chi2_per_ndof"] is None and column["ks"] == 1 and outcome.json["auc"] > 0.99


def test_report(tmp_path: Path) -> None:
    expect_error(trueup("report", "none", cwd=tmp_path), "report", 3, ["none"])
    run = tmp_path / "run"
    run.mkdir()
    expect_error(trueup("report", "run", cwd=tmp_path), "report", 3, ["result.json"])
    (run / "result.json").write_text(json.dumps({"schema": "other/1"}))
    expect_error(trueup("report", "run", cwd=tmp_path), "report", 3, ["other/1"])
