"""ONNX Runtime refines as our evaluator does, from the file alone: a million rows, every transform."""

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("TRUEUP_REFINER_PARITY", ROOT / "build/bin/refiner_parity"))
BATCH = 100_000

# Of a column's width (its standard deviation), and of the value where a logarithm has given it a long tail,
# whose floats stand further apart: float's rounding through some seven layers.
TOLERANCE = 1e-5


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    assert PROGRAM.exists(), f"{PROGRAM} is missing: build first, or set TRUEUP_REFINER_PARITY"
    path = tmp_path_factory.mktemp("refiner")
    subprocess.run([PROGRAM, path], check=True)
    return path


def test_same_refined_values(folder):
    session = onnxruntime.InferenceSession(folder / "refiner.onnx", providers=["CPUExecutionProvider"])
    metadata = session.get_modelmeta().custom_metadata_map
    assert metadata["trueup.kind"] == "refiner"
    refined = json.loads(metadata["trueup.refined"])
    names = [column["name"] for column in refined + json.loads(metadata["trueup.conditions"])]
    table = np.load(folder / "refiner.npy")
    assert len(table) == 1_000_000
    x = np.stack([table[name] for name in names], axis=1)
    theirs = np.concatenate(
        [session.run(["refined"], {"x": x[i : i + BATCH]})[0] for i in range(0, len(x), BATCH)]
    )
    for k, column in enumerate(refined):
        ours = table["refined_" + column["name"]]
        assert np.ptp(ours) > 0.1, "values that do not vary prove nothing"
        assert np.mean(ours != table[column["name"]]) > 0.5, "a refiner that changes nothing proves nothing"
        difference = np.abs(theirs[:, k] - ours)
        if column["integer"]:
            # A value at a half may be rounded either way: by one, and rarely.
            assert difference.max() <= 1 and np.mean(difference > 0) <= 1e-5
        else:
            size = np.maximum(ours.std(), np.abs(ours)) if column["transform"] == "log" else ours.std()
            # Written so that NaN fails.
            assert np.max(difference / size) <= TOLERANCE, column["name"]
