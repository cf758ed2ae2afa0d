"""What a job gives beside its model: checks, metrics, notes, its resolved configuration."""

from __future__ import annotations

import json
import os
import warnings
from pathlib import Path
from typing import Any

from trueup.errors import CheckWarning, EnvironmentError
from trueup.loading import result_of
from trueup.reading import Node
from trueup.run import Check, Result


class Outcome:
    """The result of a job as the command has it in its run folder.

    checks: quality checks, each with name, passed, value, expected and text.
    metrics: numbers by name; NaN where there is none.
    notes: what a reader should know of how the result was made.
    config: the whole configuration as TOML, defaults included.
    """

    def __init__(self, documents: dict[str, Any]) -> None:
        self._documents: dict[str, str] = {name: documents[name] for name in ("result", "plots", "config")}
        self._result: Result = result_of(Node(self.to_dict(), "result"))

    @property
    def checks(self) -> list[Check]:
        return self._result.checks

    @property
    def passed(self) -> bool:
        """Whether all checks passed: else the result should not be trusted before its reason is known."""
        return all(check.passed for check in self.checks)

    @property
    def metrics(self) -> dict[str, float]:
        return self._result.metrics

    @property
    def notes(self) -> list[str]:
        return self._result.notes

    @property
    def config(self) -> str:
        return self._documents["config"]

    def to_dict(self) -> dict[str, Any]:
        """The result as docs/schema/result-1.json has it; None where a number is not finite."""
        document: dict[str, Any] = json.loads(self._documents["result"])
        return document

    def report(self, folder: str | os.PathLike[str]) -> Path:
        """Writes result.json, plots.json, config.toml and report.html into the folder; returns the report's
        path.

        Raises EnvironmentError when they cannot be written, or when matplotlib or Jinja2 is missing.
        """
        from trueup.report import make_report

        path = Path(folder)
        try:
            path.mkdir(parents=True, exist_ok=True)
            for name, document in (
                ("result.json", "result"),
                ("plots.json", "plots"),
                ("config.toml", "config"),
            ):
                (path / name).write_text(self._documents[document], encoding="utf-8")
        except OSError as error:
            raise EnvironmentError(f"{path}: cannot be written: {error.strerror}") from None
        return make_report(path)

    def _warn(self, what: str, level: int) -> None:
        """A warning that names the checks that failed."""
        failed = [check for check in self.checks if not check.passed]
        if failed:
            text = "; ".join(check.text for check in failed)
            warnings.warn(
                f"{what}: {len(failed)} of {len(self.checks)} quality checks failed: {text}",
                CheckWarning,
                stacklevel=level + 1,
            )
