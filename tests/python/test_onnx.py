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
KINDS = [
    "identity",
    "relu",
    "leaky_relu",
    "silu",
    "tanh",
    "residual",
    "residual_silu_adds_inputs",
    "adds_inputs",
    "adds_its_one_input",
    "dropout",
    "members",
    "members_alone",
    "members_no_hidden_layer",
    "members_residual_silu_adds_inputs",
    "anchors",
    "anchors_two_residual_adds_inputs",
    "anchors_members",
]
OUTPUTS = {
    "reweighter": "log_weight",
    "classifier": "logit",
    "odd_widths": "log_weight",
    "no_hidden_layer": "logit",
    "one_row": "log_weight",
    "three_outputs_refined": "logit",
    "moments": "log_weight",
    "moments_plain": "log_weight",
    "moments_of_means": "log_weight",
    "moments_of_target": "log_weight",
    "moments_members": "log_weight",
    "moments_members_alone": "log_weight",
    **{f"kind_{kind}": "log_weight" for kind in KINDS},
}

# Of the outputs' standard deviation: float's rounding, 6e-8, in sums of up to 128 terms that the two add
# up in different order, through up to seven layers.
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


def columns_of(table, names):
    return np.stack([table[name] for name in names], axis=1)


def padded_members(path, names, rows):
    """(N, M, F) with the members first, and the mask (N, M)."""
    table = np.load(path)
    row = table["row"].astype(int)
    counts = np.bincount(row, minlength=rows)
    assert counts.min() == 0 and counts.max() > 1, "rows with and without members"
    members = np.zeros((rows, counts.max(), len(names)), np.float32)
    place = np.arange(len(row)) - (np.cumsum(counts) - counts)[row]
    members[row, place] = columns_of(table, names)
    mask = (np.arange(counts.max()) < counts[:, None]).astype(np.float32)
    return members, mask


def feed_of(folder, case, metadata):
    """What the graph takes, by name, as the file's metadata describe it."""
    table = np.load(folder / f"{case}.npy")
    names = [
        item["name"] for key in ("inputs", "parameters") for item in json.loads(metadata[f"trueup.{key}"])
    ]
    feed = {"x": columns_of(table, names)} if names else {}
    members = [item["name"] for item in json.loads(metadata["trueup.members"])["columns"]]
    if members:
        path = folder / f"{case}.members.npy"
        feed["members"], feed["mask"] = padded_members(path, members, len(table))
    return feed


def expected_shapes(feed):
    free = {"x": ["N"], "members": ["N", "M"], "mask": ["N", "M"]}
    return {name: free[name] + list(value.shape[len(free[name]) :]) for name, value in feed.items()}


def worst_difference(theirs, ours):
    """Of the outputs' standard deviation; of 1 for one row."""
    width = ours.std(axis=0) if len(ours) > 1 else 1.0
    return np.max(np.abs(theirs - ours) / width)


@pytest.mark.parametrize("case", OUTPUTS)
def test_same_outputs(folder, case):
    session = session_of(folder / f"{case}.onnx")
    feed = feed_of(folder, case, session.get_modelmeta().custom_metadata_map)
    table = np.load(folder / f"{case}.npy")
    ours = columns_of(table, [name for name in table.dtype.names if name.startswith("output")])
    [output] = session.get_outputs()
    assert {i.name: i.shape for i in session.get_inputs()} == expected_shapes(feed)
    assert (output.name, output.shape) == (OUTPUTS[case], ["N", ours.shape[1]])

    [theirs] = session.run([output.name], feed)
    assert theirs.shape == ours.shape
    assert (np.ptp(ours, axis=0) > 0.1).all() or len(ours) == 1, "outputs that do not vary prove nothing"
    # Written so that NaN fails.
    assert worst_difference(theirs, ours) <= TOLERANCE


def test_every_kind_is_compared(folder):
    assert {path.stem for path in folder.glob("*.onnx")} == set(OUTPUTS)


def test_padding_does_not_matter(folder):
    session = session_of(folder / "kind_members.onnx")
    feed = feed_of(folder, "kind_members", session.get_modelmeta().custom_metadata_map)
    [before] = session.run(None, feed)
    padding = feed["mask"] == 0
    assert padding.any()
    feed["members"][padding] = 7.0
    [after] = session.run(None, feed)
    assert np.array_equal(before, after)


def test_an_anchored_model_gives_exactly_0_at_its_reference(folder):
    session = session_of(folder / "kind_anchors.onnx")
    metadata = session.get_modelmeta().custom_metadata_map
    feed = feed_of(folder, "kind_anchors", metadata)
    [anchor] = json.loads(metadata["trueup.network"])["anchors"]
    theta = json.loads(metadata["trueup.parameters"])[-1]
    assert anchor["input"] == feed["x"].shape[1] - 1
    # The reference in physical units, to the bit: of some neighbours, one that standardises to the anchor.
    shift, scale, value = (np.float32(v) for v in (theta["shift"], theta["scale"], anchor["value"]))
    near = np.float32(value / scale + shift) + np.arange(-8, 9).astype(np.float32) * np.float32(2**-26)
    [at_reference, *_] = near[(near - shift) * scale == value]
    feed["x"][:, -1] = at_reference
    [output] = session.run(None, feed)
    assert (output == 0).all()


def test_metadata_can_be_read_without_trueup(folder):
    meta = session_of(folder / "reweighter.onnx").get_modelmeta()
    assert meta.producer_name == "trueup"
    metadata = meta.custom_metadata_map
    assert metadata["trueup.schema"] == "trueup.model/2"
    assert metadata["trueup.kind"] == "reweighter"
    assert metadata["seed"] == "1"
    first = json.loads(metadata["trueup.inputs"])[0]
    assert first["name"] == "x0" and first["unit"] == "GeV"
    assert json.loads(metadata["trueup.parameters"])[0]["low"] == -1.0
    assert json.loads(metadata["trueup.record"])["best_epoch"] == 2
    network = json.loads(metadata["trueup.network"])
    assert network["hidden"] == [50, 50, 50] and network["activation"] == "relu"
