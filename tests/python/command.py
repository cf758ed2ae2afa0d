"""Runs the built command for the tests: TRUEUP_BINARY, else build/bin/trueup."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("TRUEUP_BINARY", ROOT / "build" / "bin" / "trueup")).resolve()


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.out)


def trueup(*arguments: object, cwd: Path, timeout: float = 120, env: dict[str, str] | None = None) -> Outcome:
    """The command's outcome; it runs in `cwd`, so that relative paths are the test's own."""
    done = subprocess.run(
        [BINARY, *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=timeout,
        env=os.environ | (env or {}),
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


def succeed(*arguments: object, cwd: Path, env: dict[str, str] | None = None) -> Outcome:
    outcome = trueup(*arguments, cwd=cwd, env=env)
    assert outcome.code == 0, outcome.err + outcome.out
    return outcome
