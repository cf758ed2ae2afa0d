"""trueup: makes simulation agree with data.

    import trueup

    w = trueup.Reweighter(features=["x"], parameters=["mu"]).fit(nominal, scanned)
    fit = trueup.fit(data, simulation, w, method="score")
    refiner = trueup.Refiner(columns=["pt"], conditions=["eta"]).fit(fast, full)

docs/guide/python.md has examples that run. Names are loaded when they are asked for: the report
(trueup.report) needs neither the compiled module nor NumPy.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from trueup.errors import CheckWarning, ConfigError, DataError, EnvironmentError, TrueupError

if TYPE_CHECKING:
    from trueup.comparing import compare
    from trueup.fitting import FitResult, FittedParameter, fit
    from trueup.progress import Progress
    from trueup.refining import Refiner
    from trueup.results import Outcome
    from trueup.reweighting import Reweighter
    from trueup.simulation import simulate
    from trueup.tables import Table, read

__version__ = "0.1.0"

__all__ = [
    "CheckWarning",
    "ConfigError",
    "DataError",
    "EnvironmentError",
    "FitResult",
    "FittedParameter",
    "Outcome",
    "Progress",
    "Refiner",
    "Reweighter",
    "Table",
    "TrueupError",
    "compare",
    "fit",
    "read",
    "simulate",
]

_PLACES = {
    "compare": "comparing",
    "FitResult": "fitting",
    "FittedParameter": "fitting",
    "fit": "fitting",
    "Outcome": "results",
    "Progress": "progress",
    "Refiner": "refining",
    "Reweighter": "reweighting",
    "simulate": "simulation",
    "Table": "tables",
    "read": "tables",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'trueup' has no attribute '{name}'")
    return getattr(importlib.import_module(f"trueup.{_PLACES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
