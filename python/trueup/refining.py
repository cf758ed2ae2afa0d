"""Refinement: fast simulation that looks like full, event by event (docs/guide/refine.md)."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Unpack

import numpy as np

from trueup._estimator import Estimator
from trueup._native import core
from trueup._toml import toml_text
from trueup.errors import ConfigError, DataError
from trueup.options import RefineOptions
from trueup.progress import Listener, ProgressOption
from trueup.results import Outcome
from trueup.tables import FloatColumn, Table, TableLike, WeightLike, column_of, source_of


class Refiner(Estimator):
    """A residual network that moves columns of fast simulation onto full simulation (Fast Perfekt, Sec. 2).

    columns: what is refined; all else passes untouched.
    conditions: what the network is told beside.
    options: keys of `[refine]`, tables of it as dicts: pairs="rows", column={"pt": {"transform": "log"}},
        training={"max_epochs": 60}. Without `pairs` and `key` the schedule is "mmd", which needs no pairs.
    seed, threads, progress: as of Reweighter.

    After `fit`: `model_`, and `outcome_` (checks, metrics, notes, config).
    Raises ConfigError for options that do not exist or contradict one another.
    """

    _parameters = ("columns", "conditions", "seed", "threads", "progress")

    columns: Sequence[str]
    conditions: Sequence[str]
    seed: int
    threads: int
    progress: ProgressOption
    outcome_: Outcome

    def __init__(
        self,
        columns: Sequence[str],
        conditions: Sequence[str] = (),
        *,
        seed: int = 1,
        threads: int = 0,
        progress: ProgressOption = None,
        **options: Unpack[RefineOptions],
    ) -> None:
        self._model: core.RefinerModel | None = None
        super().__init__(
            {
                "columns": columns,
                "conditions": conditions,
                "seed": seed,
                "threads": threads,
                "progress": progress,
            },
            dict(options),
        )

    def _configuration(self) -> str:
        paired = self.options.get("pairs", "none") != "none" or "key" in self.options
        default = {} if paired else {"schedule": "mmd"}
        section = {"columns": self.columns, "conditions": self.conditions, **default, **self.options}
        return toml_text({"fast": {"table": "fast"}, "full": {"table": "full"}, "refine": section})

    def _check(self) -> None:
        core.refine_config(self._configuration())

    def fit(
        self,
        fast: TableLike,
        full: TableLike,
        *,
        fast_weight: WeightLike = None,
        full_weight: WeightLike = None,
    ) -> Refiner:
        """Trains on fast and full simulation, or on simulation and data.

        fast: refined columns and conditions (N rows); full: the refined columns (M rows), and the conditions
            where rows are no pairs. Event weights count.
        Returns itself. It is judged on rows that train nothing (test_fraction of all); a check that fails is
        a CheckWarning.
        Raises DataError for columns that are missing, not finite or outside a transform's domain, and for
        rows that cannot be pairs.
        """
        with Listener(self.progress) as listener:
            made = core.train_refiner(
                self._configuration(),
                source_of(fast, "fast", fast_weight),
                source_of(full, "full", full_weight),
                core.JobSettings(self.seed, self.threads),
                listener,
            )
        self._model = made["model"]
        self.outcome_ = Outcome(made)
        self.outcome_._warn("Refiner.fit", 2)
        return self

    @property
    def model_(self) -> core.RefinerModel:
        """The trained network with its transforms, as the library has it."""
        if self._model is None:
            raise ConfigError("this Refiner is not trained: call fit(fast, full), or Refiner.load(path)")
        return self._model

    def transform(self, fast: TableLike) -> Any:
        """The table with its refined columns in the place of the original ones, as the kind of table that it
        was.

        Columns that are contiguous 32-bit floats are read where they are. `fast` itself does not change.
        Raises DataError for columns that are missing or outside a transform's domain, with the row.
        """
        return _replaced(fast, self.refined(fast))

    def refined(self, fast: TableLike) -> dict[str, FloatColumn]:
        """The refined columns alone, by name."""
        model = self.model_
        columns = [
            np.ascontiguousarray(column_of(fast, name, "fast"), dtype=np.float32)
            for name in model.column_names()
        ]
        rows = {column.size for column in columns}
        if len(rows) != 1:
            raise DataError(f"'fast': columns of {sorted(rows)} rows; all must have as many")
        return dict(zip(model.refined_names(), model.refine(columns, self.threads), strict=True))

    def fit_transform(self, fast: TableLike, full: TableLike, **weights: WeightLike) -> Any:
        """fit, then transform of the same fast table."""
        return self.fit(fast, full, **weights).transform(fast)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the ONNX file, transforms included. Raises EnvironmentError when it cannot be written."""
        self.model_.save(os.fspath(path))

    @classmethod
    def load(cls, path: str | os.PathLike[str], *, threads: int = 0) -> Refiner:
        """A refiner's file, or the run folder of `trueup refine`.

        Raises DataError for a file that is missing, damaged, or no refiner.
        """
        file = Path(path) / "model.onnx" if Path(path).is_dir() else Path(path)
        model = core.RefinerModel.load(str(file))
        names = model.refined_names()
        made = cls(names, model.column_names()[len(names) :], threads=threads)
        made._model = model
        return made


def _replaced(table: TableLike, columns: dict[str, FloatColumn]) -> Any:
    """A table of the same kind with other values in these columns."""
    if isinstance(table, Table):
        return table.with_columns(**columns)
    if isinstance(table, Mapping):
        return {**table, **columns}
    if isinstance(table, np.ndarray):
        changed = table.copy()
        for name, values in columns.items():
            changed[name] = values
        return changed
    if hasattr(table, "assign"):
        return table.assign(**columns)
    import awkward

    for name, values in columns.items():
        table = awkward.with_field(table, values, name)
    return table
