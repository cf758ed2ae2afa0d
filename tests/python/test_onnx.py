"""ONNX Runtime gives what our evaluator gives, from the model file alone."""

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("TRUEUP_ONNX_PARITY", ROOT / "build/bin/onnx_parity"))
OUTPUTS = {
    "reweighter": "log_weight",
    "classifier": "logit",
    "odd_widths": "log_weight",
    "no_hidden_layer": "logit",
    "one_row": "log_weight",
}

# Float's rounding, 6e-8, in sums of up to 128 terms that the two add up in different order, through four
# layers.
TOLERANCE = 1e-5


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Models, inputs and our outputs, written by the C++ side."""
    assert PROGRAM.exists(), f"{PROGRAM} is missing: build first, or set TRUEUP_ONNX_PARITY"
    path = tmp_path_factory.mktemp("onnx")
    subprocess.run([PROGRAM, path], check=True)
    return path


def session_of(path):
    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])


def columns_of(path, names):
    table = np.load(path)
    return np.stack([table[name] for name in names], axis=1)


@pytest.mark.parametrize("case", OUTPUTS)
def test_same_outputs(folder, case):
    session = session_of(folder / f"{case}.onnx")
    metadata = session.get_modelmeta().custom_metadata_map
    names = [
        item["name"] for key in ("inputs", "parameters") for item in json.loads(metadata[f"trueup.{key}"])
    ]
    [output] = session.get_outputs()
    [feed] = session.get_inputs()
    assert (feed.name, feed.shape, feed.type) == ("x", ["N", len(names)], "tensor(float)")
    assert (output.name, output.shape) == (OUTPUTS[case], ["N", 1])

    [theirs] = session.run([output.name], {"x": columns_of(folder / f"{case}.npy", names)})
    ours = columns_of(folder / f"{case}.npy", ["output"])
    assert theirs.shape == ours.shape
    assert np.ptp(ours) > 0.1 or len(ours) == 1, "outputs that do not vary prove nothing"
    # Written so that NaN fails.
    assert (np.abs(theirs - ours) <= TOLERANCE * (1 + np.abs(ours))).all()


def test_metadata_can_be_read_without_trueup(folder):
    meta = session_of(folder / "reweighter.onnx").get_modelmeta()
    assert meta.producer_name == "trueup"
    metadata = meta.custom_metadata_map
    assert metadata["trueup.schema"] == "trueup.model/1"
    assert metadata["trueup.kind"] == "reweighter"
    assert metadata["seed"] == "1"
    first = json.loads(metadata["trueup.inputs"])[0]
    assert first["name"] == "x0" and first["unit"] == "GeV"
    assert json.loads(metadata["trueup.parameters"])[0]["low"] == -1.0
    assert json.loads(metadata["trueup.record"])["best_epoch"] == 2
