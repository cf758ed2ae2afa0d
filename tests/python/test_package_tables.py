"""Tables of the Python package: what goes in comes out, without copies where none is needed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trueup
from command import ROOT, succeed

X = np.array([1.5, -2.0, 3.25], dtype=np.float32)
Y = np.array([1, 2, 3], dtype=np.int64)
W = np.array([0.5, 1.0, -1.0])


def structured() -> np.ndarray:
    array = np.empty(3, dtype=[("x", "f4"), ("y", "i8"), ("weight", "f8")])
    array["x"], array["y"], array["weight"] = X, Y, W
    return array


def pandas_frame() -> Any:
    return pytest.importorskip("pandas").DataFrame({"x": X, "y": Y, "weight": W})


def awkward_records() -> Any:
    return pytest.importorskip("awkward").zip({"x": X, "y": Y, "weight": W}, depth_limit=1)


@pytest.mark.parametrize(
    "make",
    [
        lambda: {"x": X, "y": Y, "weight": W},
        lambda: {"x": list(map(float, X)), "y": range(1, 4), "weight": tuple(W)},
        structured,
        pandas_frame,
        awkward_records,
        lambda: trueup.Table({"x": X, "y": Y}, weights=W),
    ],
    ids=["arrays", "lists", "structured", "pandas", "awkward", "table"],
)
def test_kinds_of_tables(make: Any) -> None:
    table = trueup.Table(make())
    assert table.columns == ["x", "y"] and table.rows == 3 and len(table) == 2
    np.testing.assert_array_equal(table["x"], X)
    np.testing.assert_array_equal(table["y"], Y.astype(np.float32))
    np.testing.assert_array_equal(table.weights, W.astype(np.float32))


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", ">f4", ">i2", "i1", "u2", "i4", "u8", "?"])
@pytest.mark.parametrize("step", [1, 2, -1])
def test_numbers_of_any_type_and_stride(dtype: str, step: int) -> None:
    values = np.array([0, 1, 1, 0, 1, 1], dtype=dtype)[::step]
    np.testing.assert_array_equal(trueup.Table({"x": values})["x"], values.astype(np.float32))


def test_columns_are_views_that_outlive_the_table() -> None:
    table = trueup.Table({"x": X})
    first, second = table["x"], table["x"]
    assert np.shares_memory(first, second) and first.dtype == np.float32
    assert not first.flags.writeable
    del table
    np.testing.assert_array_equal(first, X)


def test_weights_by_array_by_name_and_none() -> None:
    columns = {"x": X, "mc": W}
    by_name = trueup.Table(columns, weights="mc")
    assert by_name.columns == ["x"]
    np.testing.assert_array_equal(by_name.weights, W.astype(np.float32))
    assert trueup.Table(columns).weights is None
    by_array = trueup.Table({"x": X, "weight": np.ones(3)}, weights=W)
    np.testing.assert_array_equal(by_array.weights, W.astype(np.float32))
    with pytest.raises(trueup.DataError, match="did you mean 'mc'"):
        trueup.Table(columns, weights="mcc")


def test_pandas_integers_with_missing_values() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"x": pandas.array([1, None, 3], dtype="Int64")})
    np.testing.assert_array_equal(trueup.Table(frame)["x"], [1, np.nan, 3])


def test_awkward_groups() -> None:
    awkward = pytest.importorskip("awkward")
    events = awkward.Array(
        [
            {"x": 1.0, "jets": [{"pt": 5.0}, {"pt": 3.0}]},
            {"x": 2.0, "jets": []},
            {"x": 3.0, "jets": [{"pt": 1.0}]},
        ]
    )
    table = trueup.Table(events)
    assert table.columns == ["x"] and table.groups == ["jets"]
    offsets, columns = table.group("jets")
    assert offsets.tolist() == [0, 2, 2, 3] and columns["pt"].tolist() == [5.0, 3.0, 1.0]
    again = trueup.Table(table)
    assert again.group("jets")[1]["pt"].tolist() == [5.0, 3.0, 1.0]


@pytest.mark.parametrize("suffix", [".h5", ".csv", ".npy", ".npz"])
def test_files(suffix: str, tmp_path: Path) -> None:
    table = trueup.Table({"x": X, "y": Y}, weights=W, units={"x": "GeV"}, metadata={"truth.mu": "0.5"})
    path = tmp_path / f"table{suffix}"
    table.write(path)
    again = trueup.read(path)
    assert dict(again).keys() == dict(table).keys()
    np.testing.assert_array_equal(again["x"], table["x"])
    np.testing.assert_array_equal(again.weights, table.weights)
    if suffix in {".h5", ".csv"}:
        assert again.units == {"x": "GeV", "y": ""} and again.metadata["truth.mu"] == "0.5"
    assert trueup.read(path, ["y"]).columns == ["y"]
    assert succeed("info", path, "--json", cwd=tmp_path).json["rows"] == 3


def test_structured_array_and_pandas_come_out() -> None:
    table = trueup.Table({"x": X, "y": Y}, weights=W)
    array = table.to_numpy()
    assert array.dtype.names == ("x", "y", "weight")
    np.testing.assert_array_equal(array["weight"], W.astype(np.float32))
    frame = pytest.importorskip("pandas").DataFrame(dict(table))
    np.testing.assert_array_equal(frame["x"], X)


def test_with_columns() -> None:
    table = trueup.Table({"x": X}, weights=W, units={"x": "GeV"})
    changed = table.with_columns(x=X + 1, z=Y)
    assert changed.columns == ["x", "z"] and changed.units["x"] == "GeV"
    np.testing.assert_array_equal(changed["x"], X + 1)
    np.testing.assert_array_equal(table["x"], X)
    np.testing.assert_array_equal(changed.weights, table.weights)
    with pytest.raises(trueup.DataError, match="rows"):
        table.with_columns(x=np.ones(4))


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"x": X, "y": Y[:2]}, "'table': column 'y' has 2 rows, the columns before have 3"),
        ({"x": ["a", "b", "c"]}, "column 'x' is of type <U1; numbers are expected"),
        ({"x": np.ones((3, 2))}, "column 'x' has 2 dimensions"),
        ({"x": np.array([1j, 2, 3])}, "complex128; numbers are expected"),
        ({1: X}, "a column named 1; names are texts"),
        (np.ones(3), "'table' is no table but ndarray"),
        ("nominal.h5", "trueup.read"),
    ],
)
def test_what_is_no_table(table: Any, message: str) -> None:
    with pytest.raises(trueup.DataError, match=message) as caught:
        trueup.Table(table)
    assert isinstance(caught.value, ValueError) and caught.value.exit_code == 3


def test_errors_of_files(tmp_path: Path) -> None:
    with pytest.raises(trueup.DataError, match=r"missing\.h5"):
        trueup.read(tmp_path / "missing.h5")
    table = trueup.Table({"x": X})
    with pytest.raises(trueup.ConfigError, match=r"use \.h5"):
        table.write(tmp_path / "table.txt")
    with pytest.raises(trueup.EnvironmentError) as caught:
        table.write(tmp_path / "no" / "folder" / "table.h5")
    assert isinstance(caught.value, OSError) and caught.value.exit_code == 4


def python(code: str, path: Path) -> subprocess.CompletedProcess[str]:
    """In this folder's package: installations of trueup in the environment are not seen."""
    packages = Path(np.__file__).parents[1]
    return subprocess.run(
        [sys.executable, "-S", "-c", code],
        env={"PYTHONPATH": f"{path}:{packages}", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_the_compiled_module(tmp_path: Path) -> None:
    """Reports work; everything else says what to do."""
    package = tmp_path / "trueup"
    package.mkdir()
    for file in (ROOT / "python" / "trueup").iterdir():
        if not file.name.startswith("_core"):
            (package / file.name).symlink_to(file)
    assert python("import trueup, trueup.report; print(trueup.ConfigError)", tmp_path).returncode == 0
    failed = python("import trueup; trueup.Reweighter", tmp_path)
    assert "the compiled part of trueup is not built" in failed.stderr
    assert "make build" in failed.stderr


def test_import_is_light() -> None:
    done = python(
        "import sys, trueup; print('numpy' in sys.modules, 'matplotlib' in sys.modules)", ROOT / "python"
    )
    assert done.stdout.split() == ["False", "False"], done.stderr


def test_stub_has_what_the_module_has() -> None:
    import ast

    from trueup import _core

    def members(names: list[str]) -> set[str]:
        return {name for name in names if not name.startswith("_") or name in {"__init__", "__version__"}}

    tree = ast.parse((ROOT / "python" / "trueup" / "_core.pyi").read_text())
    stubs: dict[str, Any] = {}
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            stubs[node.name] = {f.name for f in node.body if isinstance(f, ast.FunctionDef)}
        elif isinstance(node, ast.FunctionDef):
            stubs[node.name] = None
    native = {name: getattr(_core, name) for name in dir(_core) if not name.startswith("_")}
    assert set(stubs) == set(native)
    for name, found in native.items():
        if isinstance(found, type):
            assert stubs[name] - {"__init__"} == members(list(vars(found))) - {"__init__"}, name
    assert _core.__version__ == trueup.__version__
