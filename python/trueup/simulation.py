"""Simulated events from a card: analytic samples, or Pythia 8."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from trueup._native import core
from trueup._toml import toml_text
from trueup.progress import Listener, ProgressOption
from trueup.tables import Table


def simulate(
    card: str | os.PathLike[str] | Mapping[str, Any],
    *,
    events: int = 0,
    seed: int = 1,
    threads: int = 0,
    progress: ProgressOption = None,
) -> Table:
    """The events of a card: the same table for any number of threads, with units and truth in its metadata.

    card: the path of a card (cards/, examples/), or its content: {"source": {"type": "gaussian"}, …}.
    events: how many; 0 for as many as the card says.
    Raises ConfigError for what a card cannot have; EnvironmentError when it wants Pythia and this build has
    none.
    """
    settings = core.JobSettings(seed, threads)
    with Listener(progress) as listener:
        if isinstance(card, Mapping):
            made = core.simulate_card(toml_text(card), events, settings, listener)
        else:
            made = core.simulate_file(os.fspath(card), events, settings, listener)
    return Table._of(made)
