"""Tables: what Python has as columns, what the library has, and files."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from trueup._native import core
from trueup.errors import DataError

WEIGHT = "weight"
"""A column of this name holds the event weights, as in files (docs/guide/tables.md)."""

FloatColumn: TypeAlias = npt.NDArray[np.float32]
TableLike: TypeAlias = Any
"""A Table, a mapping of names to arrays, a structured array, a data frame, or an awkward array of records."""
WeightLike: TypeAlias = "npt.ArrayLike | str | None"
"""Event weights (N), the name of the column that holds them, or None: a column "weight" where there is
one."""


class Table(Mapping[str, FloatColumn]):
    """N events in named columns of 32-bit floats, with units, event weights, jagged groups and metadata.

    A mapping of names to read-only arrays (N) that show the table's own memory. It does not change;
    `with_columns` makes another one.

    table: what has columns (see TableLike); each is copied once.
    weights: event weights (N), or the name of a column; by default the column "weight" where there is one.
    units: of columns, as the field writes them: {"pt": "GeV"}.
    metadata: texts that travel with the table; "truth.mu" says which mu its events were made with.

    Raises DataError for columns of unequal length or without numbers.
    """

    def __init__(
        self,
        table: TableLike,
        weights: WeightLike = None,
        *,
        units: Mapping[str, str] | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        source = source_of(table, "table", weights, units=units)
        for key, text in (metadata or {}).items():
            source.set_metadata(key, str(text))
        self._table = source.take([])

    @classmethod
    def _of(cls, table: core.Table) -> Table:
        made = cls.__new__(cls)
        made._table = table
        return made

    def __getitem__(self, name: str) -> FloatColumn:
        if name not in self.columns:
            raise KeyError(name)
        return self._table.values(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __len__(self) -> int:
        """Number of columns; `rows` is the number of events."""
        return len(self.columns)

    def __repr__(self) -> str:
        extras = [f"groups {', '.join(self.groups)}"] if self.groups else []
        extras += ["weights"] if self.weights is not None else []
        return f"<trueup.Table: {self.rows} rows of {', '.join([*self.columns, *extras]) or 'no columns'}>"

    @property
    def rows(self) -> int:
        """Number of events."""
        return self._table.rows

    @property
    def columns(self) -> list[str]:
        """Names of the columns, in order."""
        return self._table.column_names()

    @property
    def units(self) -> dict[str, str]:
        """Units of the columns; "" for a pure number."""
        return self._table.units()

    @property
    def weights(self) -> FloatColumn | None:
        """Event weights (N), or None: all are 1."""
        return self._table.weights()

    @property
    def metadata(self) -> dict[str, str]:
        """The card that the table was made from, its seed, its truth: whatever was written there."""
        return self._table.metadata()

    @property
    def groups(self) -> list[str]:
        """Names of the jagged groups."""
        return self._table.group_names()

    def group(self, name: str) -> tuple[npt.NDArray[np.uint64], dict[str, FloatColumn]]:
        """Offsets (N + 1) and columns of a jagged group: members of event i are offsets[i] to offsets[i + 1].

        Raises DataError for a group that is not there.
        """
        offsets, columns, _ = self._table.group(name)
        return offsets, columns

    def with_columns(self, **columns: npt.ArrayLike) -> Table:
        """The table with these columns in the place of those of the same name, or beside the others."""
        return Table._of(self._table.with_columns(source_of(columns, "table", keep_weight=False)))

    def to_numpy(self) -> npt.NDArray[np.void]:
        """A structured array (N); weights become the field "weight"."""
        columns = dict(self)
        if self.weights is not None:
            columns[WEIGHT] = self.weights
        array = np.empty(self.rows, dtype=[(name, np.float32) for name in columns])
        for name, values in columns.items():
            array[name] = values
        return array

    def write(self, path: str | os.PathLike[str]) -> None:
        """Writes .h5, .csv, .npy, .npz or .root; "FILE.h5:NAME" adds a table to a file of several.

        Raises ConfigError for another suffix, DataError for groups where the format has no place for them,
        EnvironmentError when the file cannot be written.
        """
        core.write(self._table, os.fspath(path))


def read(path: str | os.PathLike[str], columns: Sequence[str] = ()) -> Table:
    """Reads a table: HDF5 ("FILE.h5:NAME" for one of several), CSV or NumPy; docs/guide/tables.md.

    columns: only these (and the weights); all by default.
    Raises DataError for a missing or damaged file, or a missing column.
    """
    return Table._of(core.read(os.fspath(path), list(columns)))


def source_of(
    table: TableLike,
    label: str,
    weight: WeightLike = None,
    *,
    units: Mapping[str, str] | None = None,
    keep_weight: bool = True,
) -> core.TableSource:
    """The columns of `table` for the library: float32 arrays are handed on as they are.

    label: the argument's name, for messages.
    weight: event weights, or the name of their column.
    keep_weight: whether a column "weight" holds them where nothing else is said.
    Raises DataError for what is no table.
    """
    source = core.TableSource(label)
    columns = _columns_of(table, label)
    weights = _weights_of(table, columns, label, weight, keep_weight)
    own_units = {**(table.units if isinstance(table, Table) else {}), **(units or {})}
    for name, values in columns.items():
        if _is_jagged(values):
            _add_group(source, name, values, label)
        else:
            source.add_column(name, _array(values, f"'{label}': column '{name}'"), own_units.get(name, ""))
    if weights is not None:
        source.set_weights(_array(weights, f"'{label}': the array of weights"))
    if isinstance(table, Table):
        for key, text in table.metadata.items():
            source.set_metadata(key, text)
        for name in table.groups:
            offsets, members, member_units = table._table.group(name)
            source.add_group(name, offsets)
            for member, values in members.items():
                source.add_group_column(member, values, member_units[member])
    return source


def column_of(table: TableLike, name: str, label: str) -> npt.NDArray[Any]:
    """One column; DataError, with the nearest name, when there is none."""
    columns = _columns_of(table, label)
    if name not in columns:
        hint = core.did_you_mean(name, list(columns)) or f"; it has {', '.join(columns)}"
        raise DataError(f"'{label}' has no column '{name}'{hint}")
    return _array(columns[name], f"'{label}': column '{name}'")


def _columns_of(table: TableLike, label: str) -> dict[str, Any]:
    if isinstance(table, Mapping):
        columns = dict(table.items())
    elif isinstance(table, np.ndarray) and table.dtype.names is not None:
        columns = {name: table[name] for name in table.dtype.names}
    elif _is_awkward(table) and table.fields:
        columns = {name: table[name] for name in table.fields}
    elif hasattr(table, "columns") and hasattr(table, "__getitem__") and not isinstance(table, str):
        columns = {name: table[name] for name in table.columns}
    else:
        raise DataError(
            f"'{label}' is no table but {type(table).__name__}: give a mapping of names to arrays, a "
            "structured array, a data frame, an awkward array of records, or trueup.read(path)"
        )
    for name in columns:
        if not isinstance(name, str):
            raise DataError(f"'{label}' has a column named {name!r}; names are texts")
    return columns


def _weights_of(
    table: TableLike, columns: dict[str, Any], label: str, weight: WeightLike, keep_weight: bool
) -> Any:
    """The weights; their column is taken out of `columns`."""
    if isinstance(weight, str):
        if weight not in columns:
            hint = core.did_you_mean(weight, list(columns))
            raise DataError(f"'{label}' has no column '{weight}' for its weights{hint}")
        return columns.pop(weight)
    own = columns.pop(WEIGHT, None) if keep_weight else None
    if weight is not None:
        return weight
    return table.weights if isinstance(table, Table) else own


def _array(values: Any, what: str) -> npt.NDArray[Any]:
    """One-dimensional numbers in the machine's byte order; a copy only where that needs one."""
    dtype = getattr(values, "dtype", None)
    if dtype is not None and not isinstance(dtype, np.dtype) and hasattr(values, "to_numpy"):
        # A data frame's own type, such as integers with missing values.
        values = values.to_numpy(dtype=np.float32, na_value=np.nan)
    array = np.asarray(values)
    if array.ndim != 1:
        raise DataError(f"{what} has {array.ndim} dimensions; one number for each row is expected")
    if array.dtype.kind not in "biuf":
        raise DataError(f"{what} is of type {array.dtype}; numbers are expected")
    kind, size = array.dtype.kind, array.dtype.itemsize
    known = array.dtype.isnative and not (kind == "f" and size not in (4, 8))
    # Fields of a structured array may lie where the library cannot step to.
    steps = array.flags.aligned and array.strides[0] % size == 0
    return array if known and steps else array.astype(np.float32)


def _is_awkward(values: Any) -> bool:
    return type(values).__module__.partition(".")[0] == "awkward"


def _is_jagged(values: Any) -> bool:
    return _is_awkward(values) and values.ndim > 1


def _add_group(source: core.TableSource, name: str, values: Any, label: str) -> None:
    """An awkward array of lists: of records, whose fields become the group's columns, or of numbers
    ("value")."""
    import awkward

    if values.ndim > 2:
        raise DataError(f"'{label}': '{name}' has lists of lists; one list for each row is expected")
    counts = awkward.to_numpy(awkward.num(values, axis=1))
    source.add_group(name, np.concatenate([[0], np.cumsum(counts)]).astype(np.uint64))
    members = awkward.flatten(values, axis=1)
    fields = {field: members[field] for field in members.fields} or {"value": members}
    for field, numbers in fields.items():
        source.add_group_column(field, _array(awkward.to_numpy(numbers), f"'{label}': '{name}.{field}'"), "")
