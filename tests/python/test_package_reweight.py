"""trueup.Reweighter: its weights are those of the command, and near the exact ones."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trueup
from command import succeed
from package_samples import WEIGHTS, gaussian, scanned

EVENTS = 20000


@pytest.fixture(scope="module")
def tables() -> tuple[trueup.Table, trueup.Table]:
    return trueup.Table(gaussian(EVENTS, 0.0, 1)), trueup.Table(scanned(EVENTS, 2))


@pytest.fixture(scope="module")
def trained(tables: tuple[trueup.Table, trueup.Table]) -> trueup.Reweighter:
    return trueup.Reweighter(**WEIGHTS).fit(*tables)


def test_near_the_exact_weights(trained: trueup.Reweighter) -> None:
    events = gaussian(5000, 0.0, 9)
    w = trained.weights(events, mu=0.3)
    assert w.shape == (5000,) and w.dtype == np.float32
    exact = np.exp(0.3 * events["gen_x"] - 0.045)
    assert abs(np.mean(w) - 1) < 0.03
    # The spread of log w about the exact one, where most events are; learnt from 20,000 events.
    assert np.std(np.log(w / exact)[np.abs(events["gen_x"]) < 2]) < 0.05
    assert trained.outcome_.passed, [check.text for check in trained.outcome_.checks if not check.passed]


def test_the_command_trains_the_same_weights(
    trained: trueup.Reweighter, tables: tuple[trueup.Table, trueup.Table], tmp_path: Path
) -> None:
    for name, table in zip(("nominal", "scan"), tables, strict=True):
        table.write(tmp_path / f"{name}.h5")
    (tmp_path / "reweight.toml").write_text(
        trained.outcome_.config.replace('"nominal"', '"nominal.h5"').replace('"scanned"', '"scan.h5"')
    )
    done = succeed(
        "reweight", "reweight.toml", "--out", "run", "--json", cwd=tmp_path, env={"TRUEUP_PYTHON": "/none"}
    )
    loaded = trueup.Reweighter.load(tmp_path / "run")
    assert len(loaded.estimators_) == 2
    events = gaussian(1000, 0.0, 9)
    np.testing.assert_array_equal(loaded.weights(events, mu=0.3), trained.weights(events, mu=0.3))
    ours, theirs = trained.outcome_.to_dict(), done.json
    assert [c["text"] for c in ours["checks"]] == [c["text"] for c in theirs["checks"]]
    timed = {name for name in theirs["metrics"] if name.startswith("seconds")}
    assert {k: v for k, v in ours["metrics"].items() if k not in timed} == {
        k: v for k, v in theirs["metrics"].items() if k not in timed
    }


def test_any_number_of_threads(trained: trueup.Reweighter, tables: tuple[trueup.Table, trueup.Table]) -> None:
    alone = trueup.Reweighter(**WEIGHTS, threads=1).fit(*tables)
    events = gaussian(1000, 0.0, 9)
    np.testing.assert_array_equal(alone.weights(events, mu=-0.5), trained.weights(events, mu=-0.5))


def test_trainings_and_scores(trained: trueup.Reweighter) -> None:
    events = gaussian(1000, 0.0, 9)
    each = [one.weights(events, mu=0.3) for one in trained.estimators_]
    assert not np.array_equal(each[0], each[1])
    np.testing.assert_allclose(trained.weights(events, {"mu": 0.3}), np.mean(each, axis=0), rtol=1e-6)
    scores = trained.scores(events, mu=0.0)
    assert scores.shape == (1000, 1)
    # ∂ log w/∂μ = x − μ.
    middle = np.abs(events["gen_x"]) < 1.5
    assert np.std(scores[middle, 0] - events["gen_x"][middle]) < 0.2


def test_event_weights_come_along(trained: trueup.Reweighter) -> None:
    events = gaussian(1000, 0.0, 9)
    own = np.linspace(-1, 1, 1000).astype(np.float32)
    expected = trained.estimators_[0].weights(events, mu=0.3) * own
    for weighted in (
        trained.estimators_[0].weights(events, mu=0.3, weight=own),
        trained.estimators_[0].weights({**events, "weight": own}, mu=0.3),
        trained.estimators_[0].weights({**events, "mc": own}, mu=0.3, weight="mc"),
    ):
        np.testing.assert_allclose(weighted, expected, rtol=1e-6)


def test_file(trained: trueup.Reweighter, tmp_path: Path) -> None:
    trained.save(tmp_path / "w.onnx")
    loaded = trueup.Reweighter.load(tmp_path / "w.onnx", tmp_path / "w_2.onnx")
    events = gaussian(1000, 0.0, 9)
    np.testing.assert_array_equal(loaded.weights(events, mu=0.3), trained.weights(events, mu=0.3))
    assert loaded.nominal_theta == {"mu": 0.0} and loaded.features_in_ == ["gen_x"]


def test_one_target() -> None:
    source, target = gaussian(10000, 0.0, 1), gaussian(10000, 0.5, 2)
    options = {k: v for k, v in WEIGHTS.items() if k not in {"parameters", "nominal_theta", "trainings"}}
    w = trueup.Reweighter(**options).fit(source, target).weights(source)
    assert abs(np.average(source["gen_x"], weights=w) - 0.5) < 0.05


def test_habits_of_scikit_learn() -> None:
    made = trueup.Reweighter(**WEIGHTS)
    assert made.get_params()["trainings"] == 2
    again = type(made)(**made.get_params())
    assert again.get_params() == made.get_params()
    assert made.set_params(trainings=3, seed=7).get_params()["trainings"] == 3 and made.seed == 7
    assert "trainings=3" in repr(made)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"trainigs": 3}, "unknown key 'reweight.trainigs'; did you mean 'reweight.trainings'?"),
        (
            {"max_epochs": 3},
            "unknown key 'reweight.max_epochs'; did you mean 'reweight.training.max_epochs'?",
        ),
        ({"training": {"max_epoch": 3}}, "did you mean 'reweight.training.max_epochs'?"),
        ({"features": "gen_x"}, "trueup.Reweighter: 'reweight.features' must be a list of strings"),
        ({"network": {"activation": "rely"}}, "did you mean 'relu'"),
        ({"train_fraction": 2.0}, "must lie between 0 and 1"),
        ({"train_fraction": np.nan}, "must be a finite number"),
        ({"closure": object()}, "'reweight.closure' must be a number, a text"),
    ],
)
def test_wrong_options(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(trueup.ConfigError) as caught:
        trueup.Reweighter(**(WEIGHTS | changes))
    assert message in str(caught.value)
    assert isinstance(caught.value, ValueError)


def test_wrong_tables(tables: tuple[trueup.Table, trueup.Table], trained: trueup.Reweighter) -> None:
    nominal, scan = tables
    with pytest.raises(trueup.ConfigError, match=r"nominal\.theta"):
        trueup.Reweighter(["gen_x"], ["mu"]).fit(nominal, scan)
    with pytest.raises(trueup.DataError, match="'scanned' has no column 'mu'"):
        trueup.Reweighter(**WEIGHTS).fit(nominal, {"gen_x": scan["gen_x"]})
    bad = np.array(nominal["gen_x"])
    bad[17] = np.nan
    with pytest.raises(trueup.DataError, match=r"nominal table 'nominal'.*'gen_x'.*17"):
        trueup.Reweighter(**WEIGHTS).fit({"gen_x": bad}, scan)
    with pytest.raises(trueup.DataError, match="sum to"):
        trueup.Reweighter(**WEIGHTS).fit(nominal, scan, nominal_weight=np.zeros(nominal.rows))
    with pytest.raises(trueup.ConfigError, match="no parameter 'my'; did you mean 'mu'"):
        trained.weights(nominal, my=0.3)
    with pytest.raises(trueup.ConfigError, match="'mu' is missing"):
        trained.weights(nominal)
    with pytest.raises(trueup.ConfigError, match="outside"):
        trained.weights(nominal, mu=3.0)
    with pytest.raises(trueup.ConfigError, match="not trained"):
        trueup.Reweighter(**WEIGHTS).weights(nominal, mu=0.3)


def test_progress(tables: tuple[trueup.Table, trueup.Table]) -> None:
    seen: list[trueup.Progress] = []
    threads = set()

    def note(progress: trueup.Progress) -> None:
        seen.append(progress)
        threads.add(threading.get_ident())

    trueup.Reweighter(**WEIGHTS, progress=note).fit(*tables)
    assert any("network" in p.task and 0 < p.done <= p.total for p in seen), seen
    assert threads == {threading.get_ident()}


LONG = WEIGHTS | {"training": {"max_epochs": 100000, "patience": 100000}}


def test_an_error_of_the_callback_stops_the_work(tables: tuple[trueup.Table, trueup.Table]) -> None:
    def refuse(progress: trueup.Progress) -> None:
        raise RuntimeError(f"enough of {progress.task}")

    with pytest.raises(RuntimeError, match="enough of"):
        trueup.Reweighter(**LONG, progress=refuse).fit(*tables)


def test_control_c(tables: tuple[trueup.Table, trueup.Table]) -> None:
    import signal

    # A job in the background is started with SIGINT ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(1.0, signal.raise_signal, [signal.SIGINT])
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            trueup.Reweighter(**LONG).fit(*tables)
    finally:
        timer.join()
        signal.signal(signal.SIGINT, before)


def test_other_threads_run_meanwhile(tables: tuple[trueup.Table, trueup.Table]) -> None:
    """The GIL is free while the library works."""
    ticks = 0
    done = threading.Event()

    def count() -> None:
        nonlocal ticks
        while not done.is_set():
            ticks += 1
            time.sleep(0.01)

    counter = threading.Thread(target=count)
    counter.start()
    trueup.Reweighter(**WEIGHTS).fit(*tables)
    done.set()
    counter.join()
    assert ticks > 5


def test_report(trained: trueup.Reweighter, tmp_path: Path) -> None:
    page = trained.outcome_.report(tmp_path / "run")
    assert "<html" in page.read_text()
    assert json.loads((tmp_path / "run" / "result.json").read_text())["command"] == "reweight"
