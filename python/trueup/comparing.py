"""How alike two tables are."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

from trueup._native import core
from trueup.errors import ConfigError, DataError
from trueup.progress import Listener, ProgressOption
from trueup.tables import TableLike, WeightLike, source_of


def compare(
    a: TableLike,
    b: TableLike,
    columns: Sequence[str] | None = None,
    *,
    hidden: Sequence[str] = (),
    pairs: bool = False,
    a_weight: WeightLike = None,
    b_weight: WeightLike = None,
    seed: int = 1,
    threads: int = 0,
    progress: ProgressOption = None,
) -> dict[str, Any]:
    """What `trueup compare --json` gives: classifier AUC with its spread for equal samples, distances and
    means of each column, MMD, correlations, effective sample sizes. None stands for what is not finite.

    columns: those compared; by default all that both have.
    hidden: columns that join the others in the omniscient MMD alone (Fast Perfekt, Sec. 2.2).
    pairs: row i of both is one event: mean squared distances as well.
    Raises DataError for columns that are missing or not finite, weights that sum to 0 or less, pairs of
    tables with different numbers of rows; ConfigError for a column that is named twice.
    """
    start = time.monotonic()
    first, second = source_of(a, "a", a_weight), source_of(b, "b", b_weight)
    if columns is None:
        others = set(second.column_names()) - set(hidden)
        columns = [name for name in first.column_names() if name in others]
    if not columns:
        raise DataError("'a' and 'b' have no column in common")
    named = [*columns, *hidden]
    for name in named:
        if named.count(name) > 1:
            raise ConfigError(f"trueup.compare: '{name}' is named twice among columns and hidden columns")
    settings = core.JobSettings(seed, threads)
    with Listener(progress) as listener:
        found = core.compare(first, second, list(columns), list(hidden), pairs, settings, listener)
    head = {
        "schema": "trueup.comparison/1",
        "command": "compare",
        "version": core.__version__,
        "seed": seed,
        "wall_s": time.monotonic() - start,
    }
    comparison: dict[str, Any] = json.loads(found)
    return head | comparison
