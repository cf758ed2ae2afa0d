"""trueup.Refiner, trueup.compare and trueup.simulate: the command's numbers from arrays."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trueup
from command import ROOT, succeed
from package_samples import Columns, gaussian, pairs

OPTIONS: dict[str, Any] = {
    "columns": ["det_x"],
    "conditions": ["gen_x"],
    "pairs": "rows",
    "network": {"width": 16, "blocks": 1},
    "first": {"max_epochs": 8, "patience": 8},
    "training": {"max_epochs": 8, "patience": 8, "batch_size": 1024},
}


@pytest.fixture(scope="module")
def samples() -> tuple[Columns, Columns]:
    return pairs(10000, 1)


@pytest.fixture(scope="module")
def refiner(samples: tuple[Columns, Columns]) -> trueup.Refiner:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", trueup.CheckWarning)  # so short a training need not pass
        return trueup.Refiner(**OPTIONS).fit(*samples)


def test_refined_is_nearer_to_full(refiner: trueup.Refiner) -> None:
    fast, full = pairs(5000, 2)
    refined = refiner.transform(fast)
    assert list(refined) == list(fast)
    assert refined["other"] is fast["other"]
    assert abs(np.mean(refined["det_x"]) - np.mean(full["det_x"])) < 0.1
    # What no refiner can take away is the noise of both detectors, 0.2² (1 + 1.2²); fast itself is at 0.36.
    assert np.mean((refined["det_x"] - full["det_x"]) ** 2) < 2 * 0.2**2 * (1 + 1.2**2)


def test_kinds_of_tables_stay(refiner: trueup.Refiner) -> None:
    fast, _ = pairs(100, 2)
    expected = refiner.refined(fast)["det_x"]
    table = trueup.Table(fast, weights=np.arange(100))
    refined = refiner.transform(table)
    assert isinstance(refined, trueup.Table) and refined.weights.tolist() == list(range(100))
    np.testing.assert_array_equal(refined["det_x"], expected)
    frame = pytest.importorskip("pandas").DataFrame(fast)
    np.testing.assert_array_equal(refiner.transform(frame)["det_x"], expected)
    np.testing.assert_array_equal(frame["det_x"], fast["det_x"])
    structured = refiner.transform(table.to_numpy())
    np.testing.assert_array_equal(structured["det_x"], expected)
    records = pytest.importorskip("awkward").zip(fast)
    np.testing.assert_array_equal(refiner.transform(records)["det_x"], expected)
    strided = {name: np.repeat(values, 2)[::2].astype(np.float64) for name, values in fast.items()}
    np.testing.assert_array_equal(refiner.refined(strided)["det_x"], expected)


def test_the_command_trains_the_same(
    refiner: trueup.Refiner, samples: tuple[Columns, Columns], tmp_path: Path
) -> None:
    for name, table in zip(("fast", "full"), samples, strict=True):
        trueup.Table(table).write(tmp_path / f"{name}.h5")
    text = refiner.outcome_.config.replace('"fast"', '"fast.h5"').replace('"full"', '"full.h5"')
    (tmp_path / "refine.toml").write_text(text)
    from command import trueup as run

    run("refine", "refine.toml", "--out", "run", cwd=tmp_path, env={"TRUEUP_PYTHON": "/none"})
    loaded = trueup.Refiner.load(tmp_path / "run")
    fast, _ = pairs(100, 2)
    np.testing.assert_array_equal(loaded.refined(fast)["det_x"], refiner.refined(fast)["det_x"])
    refiner.save(tmp_path / "again.onnx")
    assert trueup.Refiner.load(tmp_path / "again.onnx").conditions == ["gen_x"]


@pytest.mark.filterwarnings("ignore::trueup.CheckWarning")
def test_without_pairs_the_schedule_is_mmd(samples: tuple[Columns, Columns]) -> None:
    fast, full = samples
    options = {"training": {"max_epochs": 2, "batch_size": 1024}, "network": {"width": 8, "blocks": 1}}
    made = trueup.Refiner(["det_x"], ["gen_x"], **options).fit(fast, {k: v[:8000] for k, v in full.items()})
    assert 'schedule = "mmd"' in made.outcome_.config


def test_wrong_input(refiner: trueup.Refiner, samples: tuple[Columns, Columns]) -> None:
    with pytest.raises(trueup.ConfigError, match=r"did you mean 'refine\.schedule'"):
        trueup.Refiner(["det_x"], shedule="mmd")
    with pytest.raises(trueup.ConfigError, match="two-stage"):
        trueup.Refiner(["det_x"], schedule="two-stage")
    with pytest.raises(trueup.DataError, match="'fast' has no column 'gen_x'"):
        refiner.transform({"det_x": samples[0]["det_x"]})
    with pytest.raises(trueup.DataError, match="rows"):
        refiner.transform({"det_x": np.ones(3), "gen_x": np.ones(4)})
    bad = {"det_x": np.array([1.0, np.inf]), "gen_x": np.ones(2)}
    with pytest.raises(trueup.DataError, match="row 1"):
        refiner.transform(bad)
    with pytest.raises(trueup.ConfigError, match="not trained"):
        trueup.Refiner(["det_x"]).transform(bad)


def test_compare_is_the_commands(tmp_path: Path) -> None:
    a, b = (
        trueup.Table(gaussian(3000, 0.0, 1)),
        trueup.Table(gaussian(2000, 0.2, 2), weights=np.full(2000, 0.5)),
    )
    a.write(tmp_path / "a.h5")
    b.write(tmp_path / "b.h5")
    ours = trueup.compare(a, b, ["det_x", "gen_x"], seed=3)
    theirs = succeed(
        "compare", "a.h5", "b.h5", "--columns", "det_x,gen_x", "--seed", 3, "--json", cwd=tmp_path
    ).json
    for key in (
        "schema",
        "auc",
        "auc_null_spread",
        "effective_sample_size",
        "columns",
        "correlations",
        "mmd",
    ):
        assert ours[key] == theirs[key], key
    assert trueup.compare(a, b, hidden=["gen_x"])["columns"][0]["name"] == "det_x"
    with pytest.raises(trueup.DataError, match="no column in common"):
        trueup.compare(a, {"z": np.ones(3)})
    with pytest.raises(trueup.ConfigError, match="named twice"):
        trueup.compare(a, b, ["det_x"], hidden=["det_x"])


def test_simulate_is_the_commands(tmp_path: Path) -> None:
    card = ROOT / "examples" / "gaussian_nominal.toml"
    ours = trueup.simulate(card, events=500, seed=7)
    succeed("simulate", card, "--out", "events.h5", "--events", 500, "--seed", 7, cwd=tmp_path)
    theirs = trueup.read(tmp_path / "events.h5")
    assert ours.columns == theirs.columns and ours.metadata["truth.mu"] == theirs.metadata["truth.mu"]
    for name in ours:
        np.testing.assert_array_equal(ours[name], theirs[name])


def test_simulate_a_card_of_python() -> None:
    card = {
        "source": {"type": "gaussian", "events": 50},
        "scan": {"mu": {"setting": "mean", "range": [-1, 1]}},
    }
    made = trueup.simulate(card)
    assert made.rows == 50 and "mu" in made.columns
    with pytest.raises(trueup.ConfigError, match=r"trueup\.simulate.*did you mean 'source\.events'"):
        trueup.simulate({"source": {"type": "gaussian", "event": 50}})
