"""The compiled module, or a clear word that it is not there."""

from __future__ import annotations

from pathlib import Path

try:
    import trueup._core as core
except ModuleNotFoundError as error:
    if error.name != "trueup._core":
        raise
    folder = Path(__file__).parent
    raise ImportError(
        f"the compiled part of trueup is not built: there is no _core module in {folder}. Run 'make build' "
        "in the source tree, with the Python that uses it; reports (trueup.report) work without",
        name="trueup._core",
    ) from None

__all__ = ["core"]
