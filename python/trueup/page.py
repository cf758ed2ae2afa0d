"""What the report's template shows: a run's numbers in words, its plots, its tables."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from trueup import names
from trueup.plots.closure import auc_plot, columns_plot
from trueup.plots.distribution import distribution_plot, reference_role
from trueup.plots.figure import figure_plot
from trueup.plots.learning import learning_plot
from trueup.plots.scan import has_zoom, scan_plot
from trueup.plots.weights import weights_plot
from trueup.run import ClosurePoint, Distribution, Parameter, Row, Run, Scan, ScanPoint

_TASKS = {
    "fit": "Fit of {parameters} at detector level",
    "demo": "Fit of {parameters} at detector level",
    "reweight": "Weights as a function of {parameters}",
    "refine": "Refinement of fast simulation",
}
_COLUMNS_AT_ONCE = 3  # of θ in a table: more do not fit on a phone


@dataclass(frozen=True)
class Headline:
    """`αS = 0.1502 ± 0.0007`, with the truth and the pull when the truth is known."""

    symbol: str
    value: names.Measured
    unit: str
    truth: str
    pull: str


@dataclass(frozen=True)
class ScanView:
    symbol: str
    overview: str
    zoom: str
    kept: int
    rejected: int
    method: str
    crossing: bool
    corrected: bool
    minimum: str
    null_spread: str
    interval: str


@dataclass(frozen=True)
class DistributionView:
    plot: str
    name: str
    heading: str
    theta: str
    reference: str
    before: str
    after: str


@dataclass(frozen=True)
class Table:
    """Rows of a header cell and cells; a row without cells is a heading."""

    head: list[str]
    rows: list[tuple[str, list[str]]]


def page(run: Run) -> dict[str, Any]:
    """The template's variables."""
    result = run.result
    failed = [c for c in result.checks if not c.passed]
    headlines = [_headline(p) for p in result.parameters]
    return {
        "run": run,
        "result": result,
        "title": _title(run),
        "plain_title": _plain_title(run, headlines, bool(failed)),
        "headlines": headlines,
        "failed": failed,
        "rows": [(names.spelled(r.name), _published(r), _ours(r), str(r.runs)) for r in result.rows],
        "figures": [(f, figure_plot(f)) for f in run.figures],
        "shares": _shares(run),
        "corrections": _corrections(run),
        "scans": [_scan_view(s) for s in run.scans],
        "detector": _by_title(run, "detector"),
        "generator": _by_title(run, "generator"),
        "closure_auc": _closure_auc(run),
        "closure_columns": columns_plot(run.closure) if run.closure and run.closure[0].columns else "",
        "closure_tables": _closure_tables(run),
        "learning": [(_sentence(c.title) or "Training", c, learning_plot(c)) for c in run.learning_curves],
        "weights": weights_plot(run.weights, run.parameter_names) if run.weights else "",
        "record": _record(run),
        "metrics": [(k.replace("_", " "), names.number(v, 4)) for k, v in result.metrics.items()],
        "tasks_parameters": _symbols(run),
        "closure_of_target": _is_of_target(run),
        "spelled": names.spelled,
        "words": lambda text: _words(text, run),
    }


def _words(text: str, run: Run) -> str:
    """Sentences of the run, with symbols for parameters; not marked up, so braces stay braces."""
    words = html.escape(text.replace("+-", "±"))
    for name in run.parameter_names:
        words = re.sub(rf"\b{re.escape(name)}\b", names.symbol(name).html, words)
    return words


def _symbols(run: Run) -> str:
    return ", ".join(names.symbol(n).html for n in run.parameter_names) or "θ"


def _is_of_target(run: Run) -> bool:
    """Whether weights turn one sample into another, without parameters."""
    return bool(run.closure) and not any(point.theta for point in run.closure)


def _title(run: Run) -> str:
    if run.result.command == "study":
        return f"Study {html.escape(run.result.method)}"
    if run.result.command == "reweight" and _is_of_target(run):
        return "Weights toward a target"
    pattern = _TASKS.get(run.result.command, f"Run of trueup {run.result.command}")
    return pattern.format(parameters=_symbols(run))


def _plain_title(run: Run, headlines: Sequence[Headline], failed: bool) -> str:
    """For the window: the run and its result, never a result without the warning."""
    warning = ["CHECKS FAILED"] if failed else []
    return " · ".join([*warning, run.folder.resolve().name, *(_plain(h) for h in headlines)])


def _plain(headline: Headline) -> str:
    symbol = headline.symbol.replace("<sub>", "").replace("</sub>", "")
    return names.with_unit(f"{symbol} = {headline.value.text}", headline.unit)


def _headline(parameter: Parameter) -> Headline:
    value = names.measured(parameter.value, parameter.low, parameter.high)
    known = math.isfinite(parameter.truth)
    return Headline(
        symbol=names.symbol(parameter.name).html,
        value=value,
        unit=parameter.unit,
        truth=names.fixed(parameter.truth, value.places) if known else "",
        pull=f"{parameter.pull:+.1f}".replace("-", names.MINUS) if math.isfinite(parameter.pull) else "",
    )


def _scan_view(scan: Scan) -> ScanView:
    lowest, spread = _at_minimum(scan)
    fitted = _known(scan.value, scan.low, scan.high)
    return ScanView(
        symbol=names.symbol(scan.parameter).html,
        overview=scan_plot(scan),
        zoom=scan_plot(scan, zoom=True) if has_zoom(scan) else "",
        kept=len(scan.repetitions) - len(scan.rejected),
        rejected=len(scan.rejected),
        method=scan.method,
        crossing=scan.minimiser == "gradient" and scan.method != "dctr",
        corrected=scan.corrected,
        minimum=names.fixed(lowest, 4) if _known(lowest) else "",
        null_spread=names.fixed(spread, 4) if _known(spread) else "",
        interval=names.measured(scan.value, scan.low, scan.high).text if fitted else "",
    )


_SHARES = {
    "data": "data",
    "simulation": "simulated events",
    "generator": "generator-level events",
    "background": "background events",
    "background_share": "expected share of the background",
    "weights": "trainings of w",
    "training": "trainings of the fit's networks",
}


def _shares(run: Run) -> Table | None:
    """Parts of the error of each parameter, for methods that know them apart."""
    parameters = run.result.parameters
    metrics = run.result.metrics

    def cells(share: str) -> list[str]:
        values = [metrics.get(f"error_{share}_{p.name}", math.nan) for p in parameters]
        return [_share(v, p) for v, p in zip(values, parameters, strict=True)]

    if not any(f"error_data_{p.name}" in metrics for p in parameters):
        return None
    rows = [(label, cells(share)) for share, label in _SHARES.items()]
    rows = [(label, texts) for label, texts in rows if any(t != "–" for t in texts)]
    total = [_share(0.5 * (p.high - p.low), p) for p in parameters]
    return Table([names.symbol(p.name).html for p in parameters], [*rows, ("all, in quadrature", total)])


def _share(value: float, parameter: Parameter) -> str:
    half = 0.5 * (parameter.high - parameter.low)
    if not (_known(value, half) and value > 0 and half > 0):
        return "–"
    return names.fixed(value, names.decimals(half) + 1)


def _corrections(run: Run) -> Table | None:
    """Of method likelihood and of corrected fits: the value before its correction, and what was taken out."""
    parameters, metrics = run.result.parameters, run.result.metrics
    if not all(f"uncorrected_{p.name}" in metrics for p in parameters) or not parameters:
        return None

    def cells(key: str, error: str) -> list[str]:
        return [
            _with_error(metrics[f"{key}_{p.name}"], metrics.get(f"{error}_{p.name}", math.nan))
            for p in parameters
        ]

    symbols = [names.symbol(p.name).html for p in parameters]
    if not all(f"correction_{p.name}" in metrics for p in parameters):
        taken_out = [_with_error(p.value - metrics[f"uncorrected_{p.name}"], math.nan) for p in parameters]
        return Table(
            symbols,
            [
                ("with the weights as they are", cells("uncorrected", "")),
                ("what generator-level events take out", taken_out),
            ],
        )
    return Table(
        symbols,
        [
            (
                "maximum of the learnt likelihood, error from its curvature",
                cells("uncorrected", "error_hessian"),
            ),
            ("bias that simulated events show", cells("correction", "error_correction")),
        ],
    )


def _at_minimum(scan: Scan) -> tuple[float, float]:
    """The lowest value of each repetition and its error, both averaged."""
    lowest: dict[int, ScanPoint] = {}
    for point in sorted((p for p in scan.points if _known(p.value)), key=lambda p: p.value):
        lowest.setdefault(point.repetition, point)
    if not lowest:
        return math.nan, math.nan
    points = lowest.values()
    return fmean(p.value for p in points), fmean(p.error for p in points)


def _known(*values: float) -> bool:
    return all(math.isfinite(v) for v in values)


def _by_title(run: Run, level: str) -> list[tuple[str, list[DistributionView]]]:
    """Distributions of a level, those with the same title together."""
    groups: dict[str, list[DistributionView]] = {}
    for distribution in run.distributions:
        if distribution.level == level:
            title = names.to_html(names.with_symbols(distribution.title, distribution.theta))
            groups.setdefault(title, []).append(_distribution_view(distribution))
    return list(groups.items())


def _distribution_view(distribution: Distribution) -> DistributionView:
    chi2 = distribution.chi2_per_ndof
    theta = [
        f"{names.symbol(k).html} = {names.number(v, 4).rstrip('0').rstrip('.')}"
        for k, v in distribution.theta.items()
    ]
    return DistributionView(
        plot=distribution_plot(distribution),
        name=distribution.name,
        heading=names.to_html(_sentence(names.column(distribution.name))),
        theta=", ".join(theta),
        reference=reference_role(distribution),
        before=names.number(chi2["nominal"]) if "nominal" in chi2 else "",
        after=names.number(chi2["reweighted"]) if "reweighted" in chi2 else "",
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _closure_auc(run: Run) -> str:
    """For one parameter only; several have the table."""
    if not run.closure or any(len(p.theta) != 1 for p in run.closure):
        return ""
    parameters = run.result.parameters
    unit = parameters[0].unit if parameters else ""
    return auc_plot(run.closure, (run.parameter_names or ["theta"])[0], unit)


def _closure_tables(run: Run) -> list[Table]:
    points = run.closure
    step = _COLUMNS_AT_ONCE
    return [_closure_table(points[i : i + step], run.parameter_names) for i in range(0, len(points), step)]


def _closure_table(points: Sequence[ClosurePoint], parameters: Sequence[str]) -> Table:
    def theta(point: ClosurePoint) -> str:
        symbols = [names.symbol(p).html for p in parameters]
        labels = (
            symbols
            if len(symbols) == len(point.theta)
            else [f"θ<sub>{i + 1}</sub>" for i in range(len(point.theta))]
        )
        return ", ".join(f"{label} = {names.number(v)}" for label, v in zip(labels, point.theta, strict=True))

    rows: list[tuple[str, list[str]]] = [
        ("AUC with weights", [_with_error(p.auc, p.auc_null_spread) for p in points]),
        ("AUC without", [names.fixed(p.auc_unweighted, 4) for p in points]),
        ("mean weight E[w]", [_with_error(p.mean_weight, p.mean_weight_error) for p in points]),
        ("effective fraction", [names.number(p.effective_fraction) for p in points]),
        ("largest w / E[w]", [names.number(p.largest_weight) for p in points]),
    ]
    if any(p.columns for p in points):
        rows.append(("χ²/ndof with weights (without)", []))
        for column in dict.fromkeys(c.name for p in points for c in p.columns):
            rows.append((names.to_html(names.column(column)), [_chi2_cell(p, column) for p in points]))
    return Table([theta(p) for p in points], rows)


def _ours(row: Row) -> str:
    if _known(row.error):
        return _with_error(row.value, row.error)
    # One run has no spread: the published number's decimals keep the two comparable.
    if _known(row.published_error) and row.published_error > 0:
        return names.fixed(row.value, names.decimals(row.published_error))
    return names.number(row.value, 4)


def _published(row: Row) -> str:
    if not _known(row.published):
        return ""
    if not _known(row.published_error):
        return names.number(row.published)
    return _with_error(row.published, row.published_error)


def _with_error(value: float, error: float) -> str:
    if not (_known(value, error) and error > 0):
        return names.fixed(value, 4)
    places = names.decimals(error)
    return f"{names.fixed(value, places)} ± {names.fixed(error, places)}"


def _chi2_cell(point: ClosurePoint, column: str) -> str:
    found = next((c for c in point.columns if c.name == column), None)
    if found is None:
        return "–"
    return f"{names.number(found.chi2_per_ndof)} ({names.number(found.chi2_per_ndof_unweighted)})"


def _command(run: Run) -> str:
    command, method = run.result.command, run.result.method
    if command == "study":
        return f"trueup study run {method}"
    return f"trueup {command}" + (f", method {method}" if method else "")


def _record(run: Run) -> list[tuple[str, str]]:
    result = run.result
    rows = [
        ("command", _command(run)),
        ("version", result.version),
        ("seed", "" if result.seed is None else str(result.seed)),
        ("threads", "" if result.threads is None else str(result.threads)),
        ("wall time", names.duration(result.wall_s) if _known(result.wall_s) else ""),
        ("peak memory", names.size(result.peak_rss_bytes) if _known(result.peak_rss_bytes) else ""),
    ]
    return [(label, value) for label, value in rows if value]
