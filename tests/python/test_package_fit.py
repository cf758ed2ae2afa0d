"""trueup.fit: every method, the command's numbers, generators as functions, backgrounds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
import trueup
from command import ROOT, succeed
from package_samples import NOISE, SCORE, TRUTH, WEIGHTS, Columns, data, gaussian, scanned

EVENTS = 20000
SCHEMA = json.loads((ROOT / "docs" / "schema" / "result-1.json").read_text())


@pytest.fixture(scope="module")
def weights() -> trueup.Reweighter:
    return trueup.Reweighter(**WEIGHTS).fit(gaussian(EVENTS, 0.0, 1), scanned(EVENTS, 2))


@pytest.fixture(scope="module")
def simulation() -> Columns:
    return gaussian(EVENTS, 0.0, 1)


@pytest.fixture(scope="module")
def measured() -> Columns:
    return data(EVENTS, 3)


QUICK = {
    "training": {"max_epochs": 4, "schedule": "cosine", "learning_rate": 3e-3},
    "network": {"hidden": [16, 16]},
}
SCAN = {"repetitions": 2, "coarse_points": 5, "fine_points": 6}


@pytest.mark.parametrize(
    "options",
    [
        {"method": "auc", **SCAN, **QUICK},
        {"method": "loss", "minimiser": "gradient", **QUICK},
        {"method": "auc", "minimiser": "gradient", "corrected": True, **QUICK},
        {"method": "dctr", "observables": None},
        SCORE,
        {"method": "likelihood", "training": {"max_epochs": 4}, "agreement": {"methods": []}},
    ],
    ids=lambda options: options["method"],
)
@pytest.mark.filterwarnings("ignore::trueup.CheckWarning")
def test_methods(
    options: dict[str, Any], weights: trueup.Reweighter, simulation: Columns, measured: Columns
) -> None:
    sample = gaussian(EVENTS, TRUTH, 3) if options["method"] == "dctr" else measured
    fit = trueup.fit(sample, simulation, weights, **options)
    mu = fit.parameters["mu"]
    assert mu.low <= mu.value <= mu.high
    # Five times the error of exact weights on so many events; those of a few epochs are as good as that here.
    assert abs(mu.value - TRUTH) < 5 * np.sqrt((1 + NOISE**2) * 2 / EVENTS)
    document = fit.to_dict()
    jsonschema.validate(document, SCHEMA)
    assert document["method"] == options["method"]
    assert document["parameters"]["mu"]["value"] == mu.value
    assert fit.checks and all(check.name and check.text for check in fit.checks)
    np.testing.assert_allclose(np.sqrt(fit.covariance[0, 0]), mu.error, rtol=0.05)


def same_numbers(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    assert ours["parameters"] == theirs["parameters"]
    assert ours["checks"] == theirs["checks"]
    timed = {name for name in theirs["metrics"] if name.startswith("seconds")}
    for document in (ours, theirs):
        for name in timed:
            document["metrics"].pop(name, None)
    assert ours["metrics"] == theirs["metrics"]


def test_the_command_finds_the_same(
    weights: trueup.Reweighter, simulation: Columns, measured: Columns, tmp_path: Path
) -> None:
    generator = scanned(EVENTS, 5)
    fit = trueup.fit(
        measured, simulation, weights, generator=generator, data_truth={"mu": TRUTH}, seed=4, **SCORE
    )
    weights.save(tmp_path / "weights.onnx")
    for name, table in {"data": measured, "simulation": simulation, "generator": generator}.items():
        trueup.Table(table).write(tmp_path / f"{name}.h5")
    text = fit.config
    for name in ("data", "simulation", "generator"):
        text = text.replace(f'"{name}"', f'"{name}.h5"')
    text = text.replace('"weights 1"', '"weights.onnx"').replace('"weights 2"', '"weights_2.onnx"')
    (tmp_path / "fit.toml").write_text(text)
    done = succeed(
        *("fit", "fit.toml", "--out", "run", "--seed", 4, "--json"),
        cwd=tmp_path,
        env={"TRUEUP_PYTHON": "/none"},
    )
    same_numbers(fit.to_dict(), done.json)
    assert done.json["parameters"]["mu"]["truth"] == TRUTH
    by_path = trueup.fit(
        measured, simulation, tmp_path / "run", generator=generator, data_truth={"mu": TRUTH}, seed=4, **SCORE
    )
    assert by_path.parameters == fit.parameters


def test_generator_as_a_function(weights: trueup.Reweighter, simulation: Columns, measured: Columns) -> None:
    asked: list[float] = []

    def generate(theta: dict[str, float]) -> Columns:
        asked.append(theta["mu"])
        return {"gen_x": gaussian(EVENTS, theta["mu"], 11)["gen_x"]}

    fit = trueup.fit(measured, simulation, weights, generator=generate, **SCORE)
    assert asked and all(abs(mu - TRUTH) < 0.5 for mu in asked)
    assert abs(fit.parameters["mu"].value - TRUTH) < 4 * fit.parameters["mu"].error
    scanned_fit = trueup.fit(measured, simulation, weights, **SCORE)
    # All of a function's events count, few of a wide scan.
    assert fit.metrics["error_generator_mu"] < scanned_fit.metrics["error_generator_mu"]


def test_what_a_generator_raises_comes_out(
    weights: trueup.Reweighter, simulation: Columns, measured: Columns
) -> None:
    def broken(theta: dict[str, float]) -> Columns:
        raise LookupError(f"no events at {theta}")

    with pytest.raises(LookupError, match=r"no events at \{'mu': "):
        trueup.fit(measured, simulation, weights, generator=broken, **SCORE)
    with pytest.raises(trueup.DataError, match="'generator' has no column 'gen_x'; did you mean 'genx'"):
        trueup.fit(measured, simulation, weights, generator=lambda theta: {"genx": np.ones(9)}, **SCORE)
    with pytest.raises(trueup.DataError, match=r"generator events: .*'gen_x'"):
        trueup.fit(
            measured, simulation, weights, generator=lambda theta: {"gen_x": np.full(9, np.nan)}, **SCORE
        )


def test_background(weights: trueup.Reweighter, simulation: Columns, measured: Columns) -> None:
    rng = np.random.default_rng(8)
    flat = {"det_x": rng.uniform(-3, 3, EVENTS // 4)}
    mixed = {"det_x": np.concatenate([measured["det_x"], flat["det_x"]])}
    others = {"det_x": rng.uniform(-3, 3, EVENTS)}
    fit = trueup.fit(
        mixed, simulation, weights, background={"table": others, "share": 0.2, "share_error": 0.01}, **SCORE
    )
    assert abs(fit.parameters["mu"].value - TRUTH) < 4 * fit.parameters["mu"].error
    assert fit.metrics["error_background_share_mu"] > 0
    with pytest.raises(trueup.ConfigError, match="needs method"):
        trueup.fit(mixed, simulation, weights, method="auc", background={"table": others, "share": 0.2})


def test_agreement_of_methods(weights: trueup.Reweighter, simulation: Columns, measured: Columns) -> None:
    agreement = {"methods": ["likelihood"], "events": 10000, "likelihood": {"training": {"max_epochs": 4}}}
    fit = trueup.fit(measured, simulation, weights, **(SCORE | {"agreement": agreement}))
    assert any(check.name == "agreement of score and likelihood, mu" for check in fit.checks)


def test_observables_are_found(weights: trueup.Reweighter, simulation: Columns, measured: Columns) -> None:
    options = {key: value for key, value in SCORE.items() if key != "observables"}
    found = trueup.fit(measured, simulation, weights, **options)
    assert found.parameters == trueup.fit(measured, simulation, weights, **SCORE).parameters
    with pytest.raises(trueup.ConfigError, match="'observables' is missing"):
        trueup.fit(
            gaussian(100, 0, 1) | {"det_x": np.ones(100)}, {"gen_x": simulation["gen_x"]}, weights, **options
        )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"methd": "score"}, "unknown key 'fit.methd'; did you mean 'fit.method'?"),
        ({"method": "scor"}, "did you mean 'score'?"),
        ({"method": "score", "minimiser": "scan"}, "nothing is minimised"),
        ({"max_epochs": 3}, "did you mean 'fit.training.max_epochs'?"),
        ({"generator": {"gen_x": np.ones(3), "mu": np.ones(3)}}, "'fit.generator' has no effect"),
        ({"simulation_theta": {"mu": 0.4}}, "made with mu = 0.4"),
        ({"data_truth": {"my": 0.4}}, "did you mean 'mu'"),
        ({"background": {"share": 0.1}}, "'background.table' is missing"),
    ],
)
def test_wrong_options(
    options: dict[str, Any], message: str, weights: trueup.Reweighter, simulation: Columns, measured: Columns
) -> None:
    with pytest.raises(trueup.ConfigError) as caught:
        trueup.fit(measured, simulation, weights, **options)
    assert message in str(caught.value)


def test_weights_that_cannot_fit(simulation: Columns, measured: Columns, tmp_path: Path) -> None:
    with pytest.raises(trueup.ConfigError, match="weights must be a Reweighter"):
        trueup.fit(measured, simulation, 3)
    with pytest.raises(trueup.DataError, match=r"nothing\.onnx"):
        trueup.fit(measured, simulation, tmp_path / "nothing.onnx")


def test_a_failed_check_is_a_warning(weights: trueup.Reweighter, simulation: Columns) -> None:
    wrong = {"det_x": np.random.default_rng(1).normal(0.3, 2.5, EVENTS)}
    with pytest.warns(trueup.CheckWarning, match="quality checks failed"):
        fit = trueup.fit(wrong, simulation, weights, **SCORE)
    assert not fit.passed


def test_report_and_text(
    weights: trueup.Reweighter, simulation: Columns, measured: Columns, tmp_path: Path
) -> None:
    fit = trueup.fit(measured, simulation, weights, **SCORE)
    assert "mu = 0." in repr(fit) and "checks passed" in repr(fit)
    assert "<html" in fit.report(tmp_path / "run").read_text()
