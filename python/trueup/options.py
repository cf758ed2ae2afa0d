"""Options by the names that configurations have for them, for type checkers and for reading.

The library checks values and refuses unknown names with the nearest one. Defaults and meanings:
docs/guide/reweight.md, docs/guide/fit.md, docs/guide/refine.md, docs/guide/training.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypedDict

Activation = Literal["relu", "leaky_relu", "silu", "tanh"]
Method = Literal["auc", "loss", "dctr", "score", "likelihood"]


class TrainingOptions(TypedDict, total=False):
    """`[training]`."""

    batch_size: int
    max_epochs: int
    patience: int
    keep: Literal["best", "last"]
    min_improvement: float
    precision: Literal["float32", "bf16"]
    learning_rate: float
    optimiser: Literal["adam", "adamw"]
    weight_decay: float
    clip_norm: float
    schedule: Literal["constant", "cosine", "one_cycle", "plateau"]
    warmup: float
    plateau_factor: float
    plateau_patience: int
    averaging: Literal["none", "exponential", "tail"]
    averaging_decay: float
    averaging_part: float


class ReweightNetwork(TypedDict, total=False):
    """`[reweight.network]`."""

    hidden: Sequence[int]
    activation: Activation


class Closure(TypedDict, total=False):
    """`[reweight.closure]`; window only with parameters."""

    points: int
    window: float
    max_events: int


class Moments(TypedDict, total=False):
    """`[reweight.moments]`; degree only with parameters."""

    order: Literal[0, 1, 2]
    degree: Literal[1, 2, 3, 4]


class ReweightOptions(TypedDict, total=False):
    """`[reweight]`, beside features and parameters; form and theta_draws only with parameters."""

    form: Literal["difference", "plain"]
    trainings: int
    theta_draws: int
    train_fraction: float
    network: ReweightNetwork
    training: TrainingOptions
    moments: Moments
    closure: Closure


class FitNetwork(TypedDict, total=False):
    """`[fit.network]`."""

    hidden: Sequence[int]


class FitOptions(TypedDict, total=False):
    """`[fit]`, beside method and observables. Which of them a method has: docs/guide/fit.md."""

    minimiser: Literal["scan", "praxis", "bobyqa", "gradient"]
    weights: Literal["normalised", "raw"]
    repetitions: int
    folds: int
    train_fraction: float
    coarse_points: int
    fine_points: int
    fine_window: float
    max_evaluations: int
    corrected: bool
    moment: Literal["doubly robust", "plain"]
    max_expansions: int
    features: list[str]
    members: int
    theta_draws: int
    window: float
    normalised: bool
    network: FitNetwork
    training: TrainingOptions


class RefineColumn(TypedDict, total=False):
    """`[refine.column.NAME]`."""

    transform: Literal["identity", "log", "logit"]
    low: float
    high: float
    integer: bool


class RefineNetwork(TypedDict, total=False):
    """`[refine.network]`."""

    width: int
    blocks: int


class Kernel(TypedDict, total=False):
    """`[refine.kernel]`."""

    bandwidths: Sequence[float]
    scales: Sequence[float]
    conditions: bool


class Constraint(TypedDict, total=False):
    """`[refine.constraint]`."""

    multiplier: float
    learning_rate: float
    damping: float


class RefineOptions(TypedDict, total=False):
    """`[refine]`, beside columns and conditions."""

    hidden: Sequence[str]
    column: Mapping[str, RefineColumn]
    pairs: Literal["none", "rows", "key"]
    key: Sequence[str]
    schedule: Literal["two-stage", "mmd", "mse"]
    standardise: bool
    independent_batches: bool
    train_fraction: float
    test_fraction: float
    judged_batch: int
    network: RefineNetwork
    kernel: Kernel
    constraint: Constraint
    first: TrainingOptions
    training: TrainingOptions
