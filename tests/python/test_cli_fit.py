"""The whole way through the commands on a Gaussian: simulate, reweight, fit, apply, compare, info."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from command import BINARY, ROOT, succeed, trueup

EXAMPLES = ROOT / "examples"
SCHEMA = json.loads((ROOT / "docs" / "schema" / "result-1.json").read_text())
QUICK_FIT = ["--set", "fit.repetitions=5", "--set", "fit.coarse_points=7", "--set", "fit.fine_points=7"]
# Reports are tested elsewhere; a Python that is not there makes none, and is a warning.
NO_REPORT = {"TRUEUP_PYTHON": "/nonexistent/python"}


def numbers(result: dict[str, Any]) -> dict[str, Any]:
    """What must not depend on threads or the clock."""
    metrics = {k: v for k, v in result["metrics"].items() if not k.startswith("seconds")}
    return {"parameters": result.get("parameters"), "metrics": metrics, "checks": result["checks"]}


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tables, weights and a fit, each made once."""
    folder = tmp_path_factory.mktemp("gaussian")
    for seed, name in enumerate(["nominal", "scan", "data"], start=1):
        card = EXAMPLES / f"gaussian_{name}.toml"
        succeed("simulate", card, "--out", f"{name}.h5", "--events", "50000", "--seed", seed, cwd=folder)
    weights = trueup(
        "reweight",
        EXAMPLES / "gaussian_reweight.toml",
        "--out",
        "weights",
        "--json",
        cwd=folder,
        env=NO_REPORT,
    )
    assert weights.code == 0, weights
    (folder / "weights.stdout").write_text(weights.out)
    fit = trueup(
        "fit",
        EXAMPLES / "gaussian_fit.toml",
        "--out",
        "fit",
        "--threads",
        1,
        *QUICK_FIT,
        cwd=folder,
        env=NO_REPORT,
    )
    assert fit.code == 0, fit
    (folder / "fit.stdout").write_text(fit.out)
    (folder / "fit.stderr").write_text(fit.err)
    return folder


def result_of(run: Path) -> dict[str, Any]:
    result = json.loads((run / "result.json").read_text())
    jsonschema.validate(result, SCHEMA)
    return result


def test_reweight(work: Path) -> None:
    result = result_of(work / "weights")
    assert json.loads((work / "weights.stdout").read_text()) == result
    assert result["command"] == "reweight"
    assert [i["rows"] for i in result["inputs"]] == [50000, 50000]
    assert all(check["passed"] for check in result["checks"])
    plots = json.loads((work / "weights" / "plots.json").read_text())
    assert (
        len(plots["closure"]) == 3 and len(plots["distributions"]) == 3 and len(plots["learning_curves"]) == 5
    )
    for plot in plots["distributions"]:
        assert [s["role"] for s in plot["samples"]] == ["target", "nominal", "reweighted"]


def test_fit(work: Path) -> None:
    result = result_of(work / "fit")
    mu = result["parameters"]["mu"]
    assert mu["truth"] == 0.3
    # The spread of a fit to 50,000 events is about 0.01, and the weights' slope is known to a few per cent.
    assert abs(mu["value"] - 0.3) < 0.06
    assert mu["low"] < mu["value"] < mu["high"]
    out = (work / "fit.stdout").read_text()
    assert out.startswith("mu = 0.") and "truth 0.3" in out
    assert "report" not in result["artifacts"]
    assert "warning: cannot start Python" in (work / "fit.stderr").read_text()
    assert {p.name for p in (work / "fit").iterdir()} == {
        *("config.toml", "log.txt", "plots.json", "result.json", "model.onnx"),
        *(f"model_{k}.onnx" for k in range(2, 6)),
    }
    plots = json.loads((work / "fit" / "plots.json").read_text())
    assert plots["scans"][0]["parameter"] == "mu" and plots["scans"][0]["truth"] == 0.3
    assert plots["distributions"][0]["level"] == "detector"


def test_loss_by_gradient_has_its_shares_of_the_error(work: Path) -> None:
    quick = ["--set", "fit.method=loss", "--set", "fit.minimiser=gradient", "--set", "fit.repetitions=2"]
    outcome = trueup(
        "fit", EXAMPLES / "gaussian_fit.toml", "--out", "gradient", *quick, cwd=work, env=NO_REPORT
    )
    assert outcome.code == 0, outcome
    result = result_of(work / "gradient")
    assert result["method"] == "loss"
    mu, metrics = result["parameters"]["mu"], result["metrics"]
    # As for the scan: weights from 50,000 events know their slope to a few per cent.
    assert abs(mu["value"] - 0.3) < 0.06
    shares = [metrics[f"error_{name}_mu"] for name in ("statistical", "weights", "training")]
    assert all(share > 0 for share in shares)
    assert mu["high"] - mu["value"] == pytest.approx(sum(s * s for s in shares) ** 0.5)
    assert metrics["classifier_trainings"] < 40
    again = trueup(
        *("fit", "gradient/config.toml", "--out", "gradient2", "--threads", 1, "--json"),
        cwd=work,
        env=NO_REPORT,
    )
    assert numbers(again.json) == numbers(result)


LIKELIHOOD = """
[data]
table = "mixed.csv"

[simulation]
table = "nominal.h5"

[background]
table = "background.csv"
share = 0.2
share_error = 0.005

[reweight]
models = ["weights/model.onnx", "weights/model_2.onnx", "weights/model_3.onnx"]

[fit]
method = "likelihood"
observables = ["det_x"]
generator = "scan.h5"
members = 1

[fit.network]
hidden = [24, 24]

[fit.training]
max_epochs = 5

[agreement]
methods = ["score"]

[agreement.score.training]
max_epochs = 5
"""


def column(table: str, folder: Path) -> list[str]:
    """Values of det_x as text."""
    succeed("apply", "weights/model.onnx", table, f"{table}.csv", "--theta", "mu=0", cwd=folder)
    lines = [line for line in (folder / f"{table}.csv").read_text().splitlines() if not line.startswith("#")]
    at = [name.split(" ")[0] for name in lines[0].split(",")].index("det_x")
    return [line.split(",")[at] for line in lines[1:]]


def test_likelihood_with_background_data_weights_and_agreement(work: Path) -> None:
    """Data of weight 1/2, a fifth of them uniform background."""
    signal = column("nominal.h5", work)[:20000]  # mu = 0
    noise = [f"{-3 + 6 * (i + 0.5) / 5000}" for i in range(5000)]
    (work / "mixed.csv").write_text("det_x,weight\n" + "".join(f"{x},0.5\n" for x in [*signal, *noise]))
    (work / "background.csv").write_text("det_x\n" + "".join(f"{x}\n" for x in noise))
    (work / "likelihood.toml").write_text(LIKELIHOOD)
    outcome = trueup("fit", "likelihood.toml", "--out", "likelihood", cwd=work, env=NO_REPORT)
    assert outcome.code in (0, 1), outcome
    result = result_of(work / "likelihood")
    mu, metrics = result["parameters"]["mu"], result["metrics"]
    assert mu["low"] < mu["value"] < mu["high"]
    # The same events are simulation and data, so their noise cancels; w knows its slope to a few per cent.
    assert abs(mu["value"]) < 0.04
    for share in ("data", "simulation", "generator", "background", "background_share", "weights"):
        assert metrics[f"error_{share}_mu"] > 0, share
    assert metrics["uncorrected_mu"] + metrics["correction_mu"] == pytest.approx(mu["value"])
    checks = {c["name"]: c for c in result["checks"]}
    assert checks["agreement of likelihood and score, mu"]["passed"]
    assert abs(metrics["score_value_mu"] - mu["value"]) < metrics["score_error_mu"]
    assert "contours" not in result  # one parameter
    assert {"profile, mu", "mean likelihood ratio", "bias of the likelihood, mu"} <= checks.keys()
    figures = json.loads((work / "likelihood" / "plots.json").read_text())["figures"]
    assert [f["title"] for f in figures] == ["Likelihood of mu"]


def test_a_background_needs_a_method_that_knows_it(work: Path) -> None:
    (work / "refused.toml").write_text(LIKELIHOOD)
    outcome = trueup(
        *("fit", "refused.toml", "--out", "refused", "--set", 'agreement.methods=["auc"]'),
        cwd=work,
        env=NO_REPORT,
    )
    assert outcome.code == 2 and "does not depend on the parameters" in outcome.err, outcome


def test_raw_weights_leave_a_note(work: Path) -> None:
    raw = ["--set", "fit.method=loss", "--set", "fit.weights=raw", "--set", "fit.folds=1"]
    raw += ["--set", "fit.training.max_epochs=3", *QUICK_FIT, "--set", "fit.repetitions=2", "--json"]
    outcome = trueup("fit", EXAMPLES / "gaussian_fit.toml", "--out", "raw", *raw, cwd=work, env=NO_REPORT)
    assert outcome.code in (0, 1), outcome
    assert any("Raw weights" in note and "mean weight" in note for note in outcome.json["notes"])


def test_dctr(work: Path) -> None:
    card = EXAMPLES / "gaussian_data.toml"
    levels = ["--set", 'output.levels=["generator","detector"]']
    succeed("simulate", card, "--out", "both.h5", "--events", 50000, "--seed", 3, *levels, cwd=work)
    config = work / "dctr.toml"
    text = (EXAMPLES / "gaussian_fit.toml").read_text()
    unused = r"(?m)^(observables|minimiser|repetitions|coarse_points|fine_points|fine_window) = .*\n"
    config.write_text(re.sub(unused, "", text).replace('"auc"', '"dctr"').replace("data.h5", "both.h5"))
    outcome = trueup("fit", config, "--out", "dctr", "--json", cwd=work, env=NO_REPORT)
    assert outcome.code == 0, outcome
    jsonschema.validate(outcome.json, SCHEMA)
    assert outcome.json["method"] == "dctr"
    assert abs(outcome.json["parameters"]["mu"]["value"] - 0.3) < 0.05
    assert abs(outcome.json["metrics"]["auc_at_minimum"] - 0.5) < 0.02
    with_scan = ["--set", "fit.minimiser=scan"]
    refused = trueup("fit", config, "--out", "dctr2", *with_scan, cwd=work, env=NO_REPORT)
    assert refused.code == 2 and "nothing is trained" in refused.err
    wrong = ["--set", 'fit.observables=["det_x"]']
    refused = trueup("fit", config, "--out", "dctr3", *wrong, cwd=work, env=NO_REPORT)
    assert refused.code == 2 and "features" in refused.err


def test_score(work: Path) -> None:
    config = work / "score.toml"
    text = (EXAMPLES / "gaussian_fit.toml").read_text()
    unused = r"(?m)^(minimiser|repetitions|coarse_points|fine_points|fine_window) = .*\n"
    text = re.sub(unused, "", text).replace('method = "auc"', 'method = "score"\ngenerator = "scan.h5"')
    config.write_text(text)
    outcome = trueup("fit", config, "--out", "score", "--json", cwd=work, env=NO_REPORT)
    assert outcome.code == 0, outcome
    jsonschema.validate(outcome.json, SCHEMA)
    mu, metrics = outcome.json["parameters"]["mu"], outcome.json["metrics"]
    names = ("data", "simulation", "generator")
    finite = [metrics[f"error_{name}_mu"] for name in names]
    # 50,000 events each: the bound from data is 0.005, as far as w, of a short training, has the right slope.
    assert 0.0045 < finite[0] < 0.006
    assert metrics["error_statistical_mu"] == pytest.approx(sum(s * s for s in finite) ** 0.5)
    shares = [metrics[f"error_{name}_mu"] for name in ("statistical", "weights", "training")]
    assert mu["high"] - mu["value"] == pytest.approx(sum(s * s for s in shares) ** 0.5)
    assert abs(mu["value"] - 0.3) < 4 * (mu["high"] - mu["value"])
    checks = {check["name"] for check in outcome.json["checks"]}
    assert {"expansion point", "stability against the expansion point", "moment, width of det_x"} <= checks
    again = trueup(
        "fit", "score/config.toml", "--out", "score2", "--threads", 1, "--json", cwd=work, env=NO_REPORT
    )
    assert numbers(again.json) == numbers(outcome.json)


def test_score_refuses_what_it_cannot_use(work: Path) -> None:
    def complaint(*changes: str) -> tuple[int, str]:
        settings = [word for change in changes for word in ("--set", change)]
        outcome = trueup("fit", work / "score.toml", "--out", "score3", *settings, cwd=work, env=NO_REPORT)
        return outcome.code, outcome.err

    assert complaint("fit.minimiser=scan")[0] == 2
    code, text = complaint("fit.moment=plain")
    assert code == 2 and "fit.generator" in text
    code, text = complaint("fit.generator=data.h5")
    assert code == 3 and "no column 'gen_x'" in text


def test_same_numbers_for_two_threads_and_for_the_resolved_configuration(work: Path) -> None:
    again = succeed(
        "fit",
        "fit/config.toml",
        "--out",
        "again",
        "--threads",
        2,
        "--json",
        "--quiet",
        cwd=work,
        env=NO_REPORT,
    )
    assert numbers(again.json) == numbers(result_of(work / "fit"))
    assert again.err.count("\n") == 1  # the warning about the report


def test_the_truth_does_not_reach_the_fit(work: Path) -> None:
    lied = succeed(
        "fit",
        "fit/config.toml",
        "--out",
        "lied",
        "--json",
        "--set",
        "data.truth.mu=-5",
        cwd=work,
        env=NO_REPORT,
    ).json
    told = result_of(work / "fit")
    assert lied["parameters"]["mu"].pop("truth") == -5
    told["parameters"]["mu"].pop("truth")
    assert numbers(lied) == numbers(told)


def test_training_within_the_fit_and_resume(work: Path) -> None:
    config = work / "trained.toml"
    text = (EXAMPLES / "gaussian_fit.toml").read_text()
    text = re.sub(
        r"models = \[.*?\]", 'features = ["gen_x"]\nparameters = ["mu"]\ntrainings = 2', text, flags=re.DOTALL
    )
    text += (
        '[scanned]\ntable = "scan.h5"\n[reweight.training]\nmax_epochs = 10\n[reweight.closure]\npoints = 1\n'
    )
    config.write_text(text)
    # So short a training may fail its checks: this is about the numbers being the same again.
    arguments = ["fit", config, "--out", "trained", "--json", *QUICK_FIT]
    first = trueup(*arguments, cwd=work, env=NO_REPORT)
    resumed = trueup(*arguments, "--resume", cwd=work, env=NO_REPORT)
    assert first.code == resumed.code and first.code in (0, 1)
    assert numbers(first.json) == numbers(resumed.json)
    assert "model_2.onnx: already trained, reused" in resumed.err
    assert (work / "trained" / "model_2.onnx").exists()
    other = trueup(*arguments, "--resume", "--seed", 5, cwd=work, env=NO_REPORT)
    assert other.code in (0, 1) and "already trained" not in other.err


def test_apply_and_compare(work: Path) -> None:
    succeed(
        "simulate",
        EXAMPLES / "gaussian_nominal.toml",
        "--out",
        "there.h5",
        "--events",
        20000,
        "--seed",
        9,
        "--set",
        "fixed.mu.value=0.5",
        cwd=work,
    )
    applied = succeed(
        "apply", "weights/model.onnx", "nominal.h5", "weighted.h5", "--theta", "mu=0.5", "--json", cwd=work
    ).json
    jsonschema.validate(applied, SCHEMA)
    assert applied["metrics"]["mean_weight"] == pytest.approx(1, abs=0.05)
    before = succeed("compare", "there.h5", "nominal.h5", "--json", cwd=work).json
    after = succeed("compare", "there.h5", "weighted.h5", "--json", cwd=work).json
    assert before["auc"] > 0.6
    # Weights learnt from 50,000 events are off by a few per cent in their slope: 0.02 in AUC.
    assert abs(after["auc"] - 0.5) < 0.03
    assert [c["name"] for c in after["columns"]] == ["gen_x", "det_x"]
    assert after["columns"][0]["chi2_per_ndof"] < before["columns"][0]["chi2_per_ndof"] / 10
    assert after["effective_sample_size"]["b"] < 50000
    # The table now stands for the value that it was weighted to, and is not weighted again.
    assert succeed("info", "weighted.h5", "--json", cwd=work).json["metadata"]["truth.mu"] == "0.5"
    twice = ["apply", "weights/model.onnx", "weighted.h5", "out.h5", "--theta", "mu=0.5"]
    assert trueup(*twice, cwd=work).code == 3 and not (work / "out.h5").exists()
    outside = trueup("apply", "weights/model.onnx", "nominal.h5", "out.h5", "--theta", "mu=7", cwd=work)
    assert outside.code == 2 and "range" in outside.err and not (work / "out.h5").exists()
    absent = trueup("apply", "weights/model.onnx", "nominal.h5", "out.h5", cwd=work)
    assert absent.code == 2 and "--theta mu=" in absent.err


def test_weights_are_for_the_nominal_table(work: Path) -> None:
    card = EXAMPLES / "gaussian_nominal.toml"
    shifted = ["--events", 1000, "--set", "fixed.mu.value=0.5"]
    succeed("simulate", card, "--out", "shifted.h5", *shifted, cwd=work)
    fit = ["fit", EXAMPLES / "gaussian_fit.toml", "--out", "dry", "--dry-run"]
    apply = ["apply", "weights/model.onnx", "shifted.h5", "out.h5", "--theta", "mu=0.3"]
    for arguments, code in [
        ([*fit, "--set", "simulation.table=shifted.h5"], 3),
        ([*fit, "--set", "simulation.theta.mu=0.5"], 2),
        (apply, 3),
    ]:
        outcome = trueup(*arguments, cwd=work)
        assert outcome.code == code and "made with mu = 0.5" in outcome.err, outcome
    assert not (work / "out.h5").exists()
    # What the configuration says of the table counts more than the table's metadata.
    succeed(*fit, "--set", "simulation.table=shifted.h5", "--set", "simulation.theta.mu=0", cwd=work)


def test_info(work: Path) -> None:
    table = succeed("info", "nominal.h5", "--json", cwd=work).json
    assert table["rows"] == 50000 and table["metadata"]["truth.mu"] == "0"
    assert abs(table["columns"][0]["mean"]) < 0.05
    model = succeed("info", "weights/model.onnx", "--json", cwd=work).json
    assert model["kind"] == "reweighter" and model["parameters"][0]["name"] == "mu"
    layers = model["network"]["layers"]
    assert sum(layer["parameters"] for layer in layers) == model["weights"]
    assert [layer["outputs"] for layer in layers] == [*model["hidden"], 1]
    assert layers[0]["inputs"] == len(model["inputs"]) + len(model["parameters"])
    # Over both tables: variance 1 in the nominal one, 1 + 1/3 in the scanned one, mu uniform in [-1, 1].
    assert abs(model["inputs"][0]["scale"] - (7.0 / 6.0) ** -0.5) < 0.02
    assert model["training"]["precision"] == "float32"
    assert len(model["training"]["history"]) == model["epochs"]
    assert "gen_x" in succeed("info", "nominal.h5", cwd=work).out
    text = succeed("info", "weights/model.onnx", cwd=work).out
    assert "parameter mu" in text and f"layer {len(layers)}: " in text


def test_dry_run_writes_nothing(work: Path) -> None:
    before = sorted(work.rglob("*"))
    plan = succeed(
        "fit", EXAMPLES / "gaussian_fit.toml", "--out", "dry", "--dry-run", "--json", cwd=work
    ).json
    assert plan["would"]
    succeed("simulate", EXAMPLES / "gaussian_scan.toml", "--out", "dry.h5", "--dry-run", cwd=work)
    succeed("demo", "--out", "dry", "--dry-run", cwd=work)
    assert sorted(work.rglob("*")) == before


def test_failed_checks_return_1(work: Path) -> None:
    # Weights from one epoch of a slow training are far from the truth, and nothing mends them.
    spoiled = trueup(
        "reweight",
        EXAMPLES / "gaussian_reweight.toml",
        "--out",
        "spoiled",
        "--set",
        "reweight.training.max_epochs=1",
        "--set",
        "reweight.training.learning_rate=1e-6",
        "--set",
        "reweight.moments.order=0",
        cwd=work,
        env=NO_REPORT,
    )
    assert spoiled.code == 1
    assert "FAILED" in spoiled.out
    assert any(not check["passed"] for check in result_of(work / "spoiled")["checks"])


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_interrupt(work: Path, sent: signal.Signals) -> None:
    run = work / f"stopped-{sent.name}"
    process = subprocess.Popen(
        [
            BINARY,
            "reweight",
            EXAMPLES / "gaussian_reweight.toml",
            "--out",
            run,
            "--set",
            "reweight.training.max_epochs=100000",
            "--set",
            "reweight.training.patience=100000",
        ],
        cwd=work,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | NO_REPORT,
    )
    deadline = time.monotonic() + 20
    while not (run / "log.txt").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.3)
    process.send_signal(sent)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "trueup reweight: error: interrupted" in err and out == ""
    assert sorted(p.name for p in run.iterdir()) == ["checkpoint", "config.toml", "log.txt"]


def interrupted_at(progress: str, *arguments: object, cwd: Path) -> int:
    """Sends Ctrl-C once `progress` stands on the terminal; the exit code."""
    screen, stderr = pty.openpty()
    process = subprocess.Popen(
        [BINARY, *map(str, arguments)],
        cwd=cwd,
        stdout=subprocess.DEVNULL,
        stderr=stderr,
        env=os.environ | NO_REPORT,
    )
    os.close(stderr)
    shown = b""
    with (
        contextlib.suppress(OSError),
        open(screen, "rb", buffering=0) as terminal,
    ):  # closed: an error on Linux
        sent = False
        while chunk := terminal.read(1024):
            shown += chunk
            if not sent and progress.encode() in shown:
                process.send_signal(signal.SIGINT)
                sent = True
    return process.wait(timeout=60)


def test_an_interrupted_training_continues_to_the_same_model(work: Path) -> None:
    arguments = [
        *("reweight", EXAMPLES / "gaussian_reweight.toml", "--threads", "2"),
        *("--set", "reweight.trainings=3", "--set", "reweight.closure.points=0"),
        *("--set", "reweight.training.max_epochs=30", "--set", "reweight.training.averaging=exponential"),
    ]
    succeed(*arguments, "--out", "whole", cwd=work, env=NO_REPORT)
    run = work / "parts"
    for _ in range(2):
        code = interrupted_at("of 90 (", *arguments, "--out", run, "--resume", cwd=work)
        assert code == 130
    succeed(*arguments, "--out", run, "--resume", cwd=work, env=NO_REPORT)
    assert "continues from checkpoint" in (run / "log.txt").read_text()
    assert not (run / "checkpoint").exists()
    for name in ("model.onnx", "model_2.onnx", "model_3.onnx"):
        # Models hold how long their training took; what they say must be the same.
        for folder in ("whole", "parts"):
            arguments = ("apply", f"{folder}/{name}", "nominal.h5", f"{folder}.npy", "--theta", "mu=0.3")
            succeed(*arguments, cwd=work)
        assert (work / "whole.npy").read_bytes() == (work / "parts.npy").read_bytes(), name


def test_tables_are_reused_when_resumed(work: Path) -> None:
    arguments = ["simulate", EXAMPLES / "gaussian_data.toml", "--out", "kept.csv", "--events", 100]
    succeed(*arguments, cwd=work)
    stamp = (work / "kept.csv").stat().st_mtime_ns
    assert "made earlier" in succeed(*arguments, "--resume", cwd=work).out
    assert (work / "kept.csv").stat().st_mtime_ns == stamp
    assert "made earlier" not in succeed(*arguments, "--resume", "--seed", 2, cwd=work).out


def test_resume_tells_the_tables_of_one_file_apart(work: Path) -> None:
    for seed, name in [(1, "a"), (2, "b")]:
        card = EXAMPLES / "gaussian_nominal.toml"
        succeed("simulate", card, "--out", f"two.h5:{name}", "--events", 2000, "--seed", seed, cwd=work)
    small = ["--set", "reweight.training.max_epochs=1", "--set", "reweight.trainings=1"]

    def train(table: str) -> str:
        arguments = ["--out", "named", "--resume", "--set", f"nominal.table={table}", *small]
        return trueup(
            "reweight", EXAMPLES / "gaussian_reweight.toml", *arguments, cwd=work, env=NO_REPORT
        ).err

    train("two.h5:a")
    assert "already trained, reused" in train("two.h5:a")
    assert "already trained, reused" not in train("two.h5:b")
