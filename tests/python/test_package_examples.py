"""The scripts in examples/ run, and find what they look for."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from command import ROOT


@pytest.mark.parametrize("script", sorted((ROOT / "examples").glob("*.py")), ids=lambda path: path.name)
def test_runs(script: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, script],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT / "python")},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    value, error, truth = map(float, re.search(r"= (\S+) \+- (\S+), truth (\S+)", done.stdout).groups())
    assert abs(value - truth) < 4 * error < 0.2, done.stdout
