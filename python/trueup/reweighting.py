"""Reweighting: w(x,θ) ≈ p(x|θ)/p(x|θ0), learnt from events (docs/guide/reweight.md)."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Unpack

import numpy as np

from trueup._estimator import Estimator
from trueup._native import core
from trueup._toml import toml_text
from trueup.errors import ConfigError
from trueup.options import ReweightOptions
from trueup.progress import Listener, ProgressOption
from trueup.results import Outcome
from trueup.tables import FloatColumn, TableLike, WeightLike, source_of


class Reweighter(Estimator):
    """Weights that turn one sample into the sample at any θ (SRGN, Eq. 2), or into one target.

    features: columns x that the weights may depend on.
    parameters: columns of the scanned table that hold θ; none for one target, w(x) ≈ p_target(x)/p(x).
    nominal_theta: θ0 of the nominal table, {"mu": 0.0}; not needed when its metadata say it ("truth.mu").
    seed: same seed, same bits, for any number of threads.
    threads: 0 for all.
    progress: a function of a Progress, True, False, or None (lines when stderr is a terminal).
    options: keys of `[reweight]`, tables of it as dicts: trainings=3, network={"activation": "silu"},
        training={"max_epochs": 50}.

    After `fit`: `estimators_` (one Reweighter a training), `outcome_` (checks, metrics, notes, config),
    `features_in_`.
    Raises ConfigError for options that do not exist or contradict one another.
    """

    _parameters = ("features", "parameters", "nominal_theta", "seed", "threads", "progress")

    features: Sequence[str]
    parameters: Sequence[str]
    nominal_theta: Mapping[str, float] | None
    seed: int
    threads: int
    progress: ProgressOption
    outcome_: Outcome

    def __init__(
        self,
        features: Sequence[str],
        parameters: Sequence[str] = (),
        *,
        nominal_theta: Mapping[str, float] | None = None,
        seed: int = 1,
        threads: int = 0,
        progress: ProgressOption = None,
        **options: Unpack[ReweightOptions],
    ) -> None:
        self._models: list[core.WeightModel] = []
        self._scanned: core.TableSource | None = None
        super().__init__(
            {
                "features": features,
                "parameters": parameters,
                "nominal_theta": nominal_theta,
                "seed": seed,
                "threads": threads,
                "progress": progress,
            },
            dict(options),
        )

    def _configuration(self) -> str:
        parametrised = len(self.parameters) > 0
        second = "scanned" if parametrised else "target"
        reweight = {"features": self.features, "parameters": self.parameters if parametrised else None}
        return toml_text(
            {
                "nominal": {"table": "nominal", "theta": self.nominal_theta},
                second: {"table": second},
                "reweight": reweight | self.options,
            }
        )

    def _check(self) -> None:
        core.reweight_config(self._configuration())

    def fit(
        self,
        nominal: TableLike,
        scanned: TableLike,
        *,
        nominal_weight: WeightLike = None,
        scanned_weight: WeightLike = None,
    ) -> Reweighter:
        """Trains on nominal events, made at θ0, and scanned ones, each made at a θ of its own (or those of
        the target).

        nominal: the features (N rows), any event weights.
        scanned: the features and the parameters (M rows), any event weights.
        Returns itself, and keeps hold of the scanned events for `trueup.fit`. Closure is checked on events
        that did not train; a check that fails is a CheckWarning.
        Raises DataError for columns that are missing or not finite, samples that are too small or whose
        weights sum to 0 or less; ConfigError when θ0 is not known.
        """
        second = source_of(scanned, "scanned" if len(self.parameters) else "target", scanned_weight)
        with Listener(self.progress) as listener:
            made = core.train_weights(
                self._configuration(),
                source_of(nominal, "nominal", nominal_weight),
                second,
                core.JobSettings(self.seed, self.threads),
                listener,
            )
        self._models = made["models"]
        self._scanned = second if len(self.parameters) else None
        self.outcome_ = Outcome(made)
        self.outcome_._warn("Reweighter.fit", 2)
        return self

    @property
    def models_(self) -> list[core.WeightModel]:
        """The trained networks, as the library has them."""
        if not self._models:
            raise ConfigError(
                "this Reweighter is not trained: call fit(nominal, scanned), or Reweighter.load(path)"
            )
        return self._models

    @property
    def estimators_(self) -> list[Reweighter]:
        """Each training by itself."""
        return [self._like_this([model]) for model in self.models_]

    @property
    def features_in_(self) -> list[str]:
        """The columns that the weights read."""
        return self.models_[0].features()

    @property
    def range_(self) -> dict[str, tuple[float, float]]:
        """The range of each parameter within which there are weights."""
        return {name: (low, high) for name, _, _, low, high in self.models_[0].parameters()}

    def weights(
        self,
        table: TableLike,
        theta: Mapping[str, float] | None = None,
        *,
        weight: WeightLike = None,
        **parameters: float,
    ) -> FloatColumn:
        """w(x,θ) times the event weights, for each row (N); the mean over all trainings.

        table: the features; `weight`: its event weights, or the name of their column.
        theta: {"mu": 0.3}, or by keywords: weights(table, mu=0.3).
        Raises ConfigError for θ that is missing, unknown or outside the range; DataError for columns that are
        missing or not finite.
        """
        values = self._theta(theta, parameters)
        source = source_of(table, "table", weight)
        each = [model.weights(source, values, self.threads) for model in self.models_]
        return _mean(each)

    def scores(
        self, table: TableLike, theta: Mapping[str, float] | None = None, **parameters: float
    ) -> FloatColumn:
        """∂ log w/∂θ for each row (N, parameters), in units of 1/θ: the generator-level score; mean over all
        trainings."""
        values = self._theta(theta, parameters)
        source = source_of(table, "table")
        each = [model.scores(source, values, self.threads) for model in self.models_]
        return _mean(each)

    def _theta(self, theta: Mapping[str, float] | None, parameters: Mapping[str, float]) -> list[float]:
        given = {**(theta or {}), **parameters}
        known = self.range_
        for name in given:
            if name not in known:
                hint = core.did_you_mean(name, list(known))
                raise ConfigError(
                    f"the weights have no parameter '{name}'{hint or f'; they have {list(known)}'}"
                )
        for name, (low, high) in known.items():
            if name not in given:
                raise ConfigError(f"'{name}' is missing: the weights depend on it, from {low:g} to {high:g}")
        return [float(given[name]) for name in known]

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes "w.onnx", and further trainings as "w_2.onnx", … (docs/guide/model-file.md).

        Raises EnvironmentError when a file cannot be written.
        """
        for index, model in enumerate(self.models_):
            model.save(str(_numbered(Path(path), index)))

    @classmethod
    def load(cls, *paths: str | os.PathLike[str], threads: int = 0) -> Reweighter:
        """Weights of one file or several trainings, or of a run folder of `trueup reweight`, with all its
        trainings.

        Raises DataError for a file that is missing, damaged, or no model of weights.
        """
        files = [file for path in paths for file in _model_files(Path(path))]
        if not files:
            raise ConfigError("Reweighter.load() needs the path of a model")
        models = [core.WeightModel.load(str(file)) for file in files]
        names = [name for name, *_ in models[0].parameters()]
        nominal = {name: theta for name, _, theta, *_ in models[0].parameters()}
        made = cls(models[0].features(), names, nominal_theta=nominal or None, threads=threads)
        made._models = models
        return made

    def _like_this(self, models: list[core.WeightModel]) -> Reweighter:
        made = type(self)(**self.get_params())
        made._models = models
        return made


def _mean(each: list[FloatColumn]) -> FloatColumn:
    if len(each) == 1:
        return each[0]
    return np.asarray(np.mean(each, axis=0, dtype=np.float64), dtype=np.float32)


def _numbered(path: Path, index: int) -> Path:
    return path if index == 0 else path.with_name(f"{path.stem}_{index + 1}{path.suffix}")


def _model_files(path: Path) -> list[Path]:
    """A run folder's models in their order, or the file itself."""
    if not path.is_dir():
        return [path]
    files = [path / "model.onnx"]
    while (more := _numbered(files[0], len(files))).exists():
        files.append(more)
    return files


def as_reweighters(weights: Any) -> list[core.WeightModel]:
    """The models of a Reweighter, a path, or a sequence of them."""
    if isinstance(weights, Reweighter):
        return weights.models_
    if isinstance(weights, str | os.PathLike):
        return Reweighter.load(weights).models_
    if isinstance(weights, Sequence) and weights:
        return [model for one in weights for model in as_reweighters(one)]
    raise ConfigError(
        f"trueup.fit: weights must be a Reweighter, the path of a model, or a list of them, not {weights!r}"
    )


def scanned_events(weights: Any) -> core.TableSource | None:
    """The scanned events that weights were trained on here, as far as they are at hand."""
    if isinstance(weights, Reweighter):
        return weights._scanned
    if isinstance(weights, Sequence) and not isinstance(weights, str):
        return next((found for one in weights if (found := scanned_events(one)) is not None), None)
    return None
