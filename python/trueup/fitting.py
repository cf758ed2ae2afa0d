"""Fitting θ to data, possibly at detector level (docs/guide/fit.md)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Unpack

import numpy as np
import numpy.typing as npt

from trueup._native import core
from trueup._toml import toml_text
from trueup.errors import ConfigError
from trueup.options import FitOptions, Method
from trueup.progress import Listener, ProgressOption
from trueup.results import Outcome
from trueup.reweighting import as_reweighters, scanned_events
from trueup.run import Parameter
from trueup.tables import TableLike, WeightLike, source_of

Generator = Callable[[dict[str, float]], TableLike]
"""A function of θ, {"mu": 0.3}, that makes generator-level events there: a table with the columns that the
weights read."""


@dataclass(frozen=True)
class FittedParameter(Parameter):
    """A fitted value with its 68.27 % interval, low to high, and unit; NaN where there is none.

    statistical, weights, training: shares of half the interval's width where they are known, else NaN: finite
        samples;
    trainings of w; trainings of the fit's networks.
    """

    statistical: float = math.nan
    weights: float = math.nan
    training: float = math.nan

    @property
    def error(self) -> float:
        """Half the interval's width."""
        return 0.5 * (self.high - self.low)


class FitResult(Outcome):
    """What a fit found: parameters by name, checks, metrics, notes, and the configuration used."""

    def __init__(self, documents: dict[str, Any]) -> None:
        super().__init__(documents)
        rows = documents["covariance"]
        self.covariance: npt.NDArray[np.float64] | None = None if rows is None else np.array(rows)
        """Covariance of the parameters (P, P), in their order: of methods score and likelihood, or of one
        parameter;
        shares of trainings are on the diagonal only. None where it is not known."""
        self.repetitions: npt.NDArray[np.float64] = np.array(documents["repetitions"])
        """Fitted values of each repetition (repetitions, P); of method dctr of each training of the
        weights."""

    @property
    def method(self) -> str:
        return self._result.method

    @property
    def parameters(self) -> dict[str, FittedParameter]:
        """Fitted parameters by name, in the order of the weights' parameters."""
        return {p.name: self._with_shares(p) for p in self._result.parameters}

    def _with_shares(self, p: Parameter) -> FittedParameter:
        kinds = ("statistical", "weights", "training")
        shares = [self.metrics.get(f"error_{kind}_{p.name}", math.nan) for kind in kinds]
        return FittedParameter(p.name, p.value, p.low, p.high, p.unit, p.truth, *shares)

    def __repr__(self) -> str:
        values = ", ".join(
            f"{p.name} = {p.value:.6g} ({p.low:.6g} to {p.high:.6g}){f' {p.unit}' if p.unit else ''}"
            for p in self.parameters.values()
        )
        passed = sum(check.passed for check in self.checks)
        return f"<trueup.FitResult: {values}; {self.method}, {passed} of {len(self.checks)} checks passed>"


def fit(
    data: TableLike,
    simulation: TableLike,
    reweighter: Any,
    *,
    method: Method = "auc",
    observables: Sequence[str] | None = None,
    generator: TableLike | Generator | None = None,
    background: Mapping[str, Any] | None = None,
    agreement: Mapping[str, Any] | None = None,
    data_weight: WeightLike = None,
    simulation_weight: WeightLike = None,
    generator_weight: WeightLike = None,
    simulation_theta: Mapping[str, float] | None = None,
    data_truth: Mapping[str, float] | None = None,
    seed: int = 1,
    threads: int = 0,
    progress: ProgressOption = None,
    **options: Unpack[FitOptions],
) -> FitResult:
    """Finds θ at which weighted simulation and data look alike in the observables.

    data: the observables (N rows), any event weights.
    simulation: observables and the weights' features of the same events (M rows), made at θ0; any event
        weights.
    reweighter: a Reweighter, the path of a model or of a run folder, or a list of them: all their trainings
        are used.
    method: "auc", "loss", "dctr", "score", "likelihood".
    observables: columns that the fit sees; by default those that data and simulation both have and no weight
        reads, and for method "dctr" the features.
    generator: of methods score and likelihood with their doubly robust moment, and of corrected fits:
        generator-level events with a column for each parameter, by default the scanned ones that the
        weights were trained on here; or a function of θ that makes them. The function is called by this
        thread, with {"mu": 0.3}; let it use the same random numbers at each θ, so that the fit is a smooth
        function.
    background: {"table": …, "share": 0.2, "share_error": 0.01}, or yield and yield_error; "weight" as
        elsewhere.
    agreement: {"methods": ["auc"], "auc": {…}}: fits by other methods, compared with this one. By default
        score and likelihood are compared with one another; {"methods": []} leaves that out.
    data_weight, simulation_weight, generator_weight: event weights, or the name of their column.
    simulation_theta: θ0 of the simulation, checked against that of the weights where it is given.
    data_truth: θ of the data where it is known: shown beside the result, never used.
    options: keys of `[fit]`, tables of it as dicts: repetitions=5, training={"max_epochs": 20}.

    The same numbers as `trueup fit` with the same tables, models and seed. A check that fails is a
    CheckWarning.
    Raises ConfigError for options that contradict one another, DataError for data that cannot be fitted; what
    `generator` or `progress` raises comes out as it is.
    """
    models = as_reweighters(reweighter)
    sources = {
        "data": source_of(data, "data", data_weight),
        "simulation": source_of(simulation, "simulation", simulation_weight),
    }
    if observables is None and method != "dctr":
        observables = _common_observables(sources, models)
    names = [f"weights {index}" for index in range(1, len(models) + 1)]
    learnt = method in ("score", "likelihood") and options.get("moment") != "plain"
    if generator is None and (learnt or options.get("corrected")):
        events, generate = scanned_events(reweighter), None
    else:
        events, generate = _generator(generator, generator_weight, models)
    section, background_source = _background(background)
    configuration = {
        "data": {"table": "data", "truth": data_truth},
        "simulation": {"table": "simulation", "theta": simulation_theta},
        "reweight": {"models": names},
        "fit": {
            "method": method,
            "observables": observables,
            "generator": None if events is None and generate is None else "generator",
            **options,
        },
        **section,
        **({} if agreement is None else {"agreement": agreement}),
    }
    with Listener(progress) as listener:
        made = core.fit(
            toml_text(configuration),
            sources["data"],
            sources["simulation"],
            models,
            generate or events,
            background_source,
            core.JobSettings(seed, threads),
            listener,
        )
    result = FitResult(made)
    result._warn("trueup.fit", 2)
    return result


def _common_observables(
    sources: Mapping[str, core.TableSource], models: Sequence[core.WeightModel]
) -> list[str]:
    """Columns of data and simulation that no weight reads: what a fit at detector level sees."""
    read = {name for model in models for name in model.features()}
    simulated = sources["simulation"].column_names()
    common = [name for name in sources["data"].column_names() if name in simulated and name not in read]
    if not common:
        raise ConfigError(
            "trueup.fit: 'observables' is missing: data and simulation have no column in common that the "
            "weights do not read; at generator level, name them"
        )
    return common


def _generator(
    generator: TableLike | Generator | None, weight: WeightLike, models: Sequence[core.WeightModel]
) -> tuple[core.TableSource | None, Callable[[list[float]], core.TableSource] | None]:
    """Generator-level events as a table, or as a function of θ in the parameters' order."""
    if generator is None:
        return None, None
    if not callable(generator):
        return source_of(generator, "generator", weight), None
    names = [name for name, *_ in models[0].parameters()]

    def generate(theta: list[float]) -> core.TableSource:
        return source_of(generator(dict(zip(names, theta, strict=True))), "generator", weight)

    return None, generate


def _background(background: Mapping[str, Any] | None) -> tuple[dict[str, Any], core.TableSource | None]:
    """The section of the configuration, and its table."""
    if background is None:
        return {}, None
    section = dict(background)
    if "table" not in section:
        raise ConfigError("trueup.fit: 'background.table' is missing; expected the background's events")
    source = source_of(section.pop("table"), "background", section.pop("weight", None))
    return {"background": {"table": "background", **section}}, source
