"""A run as typed data: what result.json (trueup.result/1) and plots.json (trueup.plots/1) hold."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path

from trueup.figures import Figure


@dataclass(frozen=True)
class Input:
    path: str
    sha256: str
    rows: int | None


@dataclass(frozen=True)
class Parameter:
    """A fitted parameter, its 68.27 % interval, its truth; NaN where there is no answer or no knowledge."""

    name: str
    value: float
    low: float
    high: float
    unit: str = ""
    truth: float = math.nan

    @property
    def pull(self) -> float:
        """(value − truth) / the error on the side of the truth; NaN when there is no truth."""
        error = self.value - self.low if self.truth < self.value else self.high - self.value
        return (self.value - self.truth) / error if error > 0 else math.nan


@dataclass(frozen=True)
class Row:
    """A number of a study: mean and spread over `runs`, and what is published; NaN where there is none."""

    name: str
    value: float
    error: float
    runs: int
    published: float = math.nan
    published_error: float = math.nan


@dataclass(frozen=True)
class Check:
    name: str
    passed: bool
    text: str
    value: str
    expected: str


@dataclass(frozen=True)
class Result:
    command: str
    method: str
    version: str
    seed: int | None
    threads: int | None
    wall_s: float
    peak_rss_bytes: float
    inputs: list[Input]
    parameters: list[Parameter]
    metrics: dict[str, float]
    checks: list[Check]
    notes: list[str]
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class Sample:
    """Sums of weights per bin and their standard deviations."""

    label: str
    role: str
    sums: list[float]
    errors: list[float]


@dataclass(frozen=True)
class Distribution:
    name: str
    unit: str
    level: str
    title: str
    theta: dict[str, float]
    edges: list[float]
    samples: list[Sample]
    chi2_per_ndof: dict[str, float]

    def sample(self, role: str) -> Sample | None:
        return next((s for s in self.samples if s.role == role), None)


@dataclass(frozen=True)
class LearningCurve:
    title: str
    epochs: list[float]
    train: list[float]
    validation: list[float]
    best_epoch: float


@dataclass(frozen=True)
class ScanPoint:
    """`value` is what the method minimises; `error` its noise (of an AUC: its spread for equal samples)."""

    theta: float
    value: float
    error: float
    ess: float
    repetition: int
    fine: bool


@dataclass(frozen=True)
class Curve:
    """AUC(θ) = floor + slope · (sqrt(u² + rounding²) + asymmetry · u), u = θ − centre."""

    repetition: int
    floor: float
    slope: float
    centre: float
    rounding: float
    asymmetry: float

    def __call__(self, theta: float) -> float:
        u = theta - self.centre
        return self.floor + self.slope * (math.hypot(u, self.rounding) + self.asymmetry * u)


@dataclass(frozen=True)
class Scan:
    parameter: str
    unit: str
    method: str
    minimiser: str
    corrected: bool
    points: list[ScanPoint]
    curves: list[Curve]
    repetitions: list[float]
    rejected: set[int]
    value: float
    low: float
    high: float
    truth: float


@dataclass(frozen=True)
class ColumnClosure:
    name: str
    chi2_per_ndof: float
    chi2_per_ndof_unweighted: float
    ks: float


@dataclass(frozen=True)
class ClosurePoint:
    theta: list[float]
    mean_weight: float
    mean_weight_error: float
    effective_fraction: float
    largest_weight: float
    auc: float
    auc_null_spread: float
    auc_unweighted: float
    columns: list[ColumnClosure]


@dataclass(frozen=True)
class WeightHistogram:
    label: str
    edges_log10: list[float]
    counts: list[float]


@dataclass(frozen=True)
class Run:
    folder: Path
    result: Result
    distributions: list[Distribution] = field(default_factory=list)
    learning_curves: list[LearningCurve] = field(default_factory=list)
    scans: list[Scan] = field(default_factory=list)
    closure: list[ClosurePoint] = field(default_factory=list)
    weights: list[WeightHistogram] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    config: str = ""

    @property
    def parameter_names(self) -> list[str]:
        """Names of θ in the order of `closure`'s lists, as far as the run tells them."""
        names = [p.name for p in self.result.parameters] or [s.parameter for s in self.scans]
        if not names and self.distributions:
            names = list(self.distributions[0].theta)
        return names
