"""Loading a run folder: result.json, plots.json and config.toml, checked while they are read."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path

from trueup.errors import DataError
from trueup.figures import read_figure
from trueup.reading import Node, read_document
from trueup.run import (
    Check,
    ClosurePoint,
    ColumnClosure,
    Curve,
    Distribution,
    Input,
    LearningCurve,
    Parameter,
    Result,
    Row,
    Run,
    Sample,
    Scan,
    ScanPoint,
    WeightHistogram,
)

RESULT_SCHEMA = "trueup.result/1"
PLOTS_SCHEMA = "trueup.plots/1"
ROLES = ("nominal", "target", "reweighted")
LEVELS = ("generator", "detector")


def load_run(folder: Path) -> Run:
    """Reads and checks everything; a DataError tells the first thing that is wrong."""
    if not folder.is_dir():
        raise DataError(f"{folder}: {'is not a folder' if folder.exists() else 'no such run folder'}")
    result = read_document(folder / "result.json", RESULT_SCHEMA)
    plots = read_document(folder / "plots.json", PLOTS_SCHEMA)
    return Run(
        folder=folder,
        result=result_of(result),
        distributions=[_distribution(n) for n in plots.list("distributions")],
        learning_curves=[_learning_curve(n) for n in plots.list("learning_curves")],
        scans=[_scan(n) for n in plots.list("scans")],
        closure=[_closure_point(n) for n in plots.list("closure")],
        weights=[_weights(n) for n in plots.list("weights") if n["edges_log10"].elements()],
        figures=[read_figure(n) for n in plots.list("figures")],
        config=_config(folder / "config.toml"),
    )


def _config(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}") from None


def result_of(node: Node) -> Result:
    """result.json, checked."""
    parameters = node.optional("parameters")
    metrics = node.optional("metrics")
    return Result(
        command=node.text("command"),
        method=node.text("method", ""),
        version=node.text("version", ""),
        seed=_whole(node, "seed"),
        threads=_whole(node, "threads"),
        wall_s=node.number("wall_s"),
        peak_rss_bytes=node.number("peak_rss_bytes"),
        inputs=[Input(n.text("path"), n.text("sha256", ""), _whole(n, "rows")) for n in node.list("inputs")],
        parameters=[] if parameters is None else [_parameter(name, n) for name, n in parameters.items()],
        metrics={} if metrics is None else {name: n.as_number() for name, n in metrics.items()},
        checks=[_check(n) for n in node.list("checks")],
        notes=[_note(n) for n in node.list("notes")],
        rows=[_row(n) for n in node.list("rows")],
    )


def _parameter(name: str, node: Node) -> Parameter:
    parameter = Parameter(
        name,
        node.number("value"),
        node.number("low"),
        node.number("high"),
        node.text("unit", ""),
        node.number("truth"),
    )
    if parameter.low > parameter.value or parameter.value > parameter.high:
        raise node.fail("expected low ≤ value ≤ high")
    return parameter


def _row(node: Node) -> Row:
    return Row(
        node.text("name"),
        node.number("value"),
        node.number("error"),
        _whole(node, "runs") or 0,
        node.number("published"),
        node.number("published_error"),
    )


def _check(node: Node) -> Check:
    return Check(
        node.text("name"),
        node.flag("passed"),
        node.text("text", ""),
        _shown(node, "value"),
        _shown(node, "expected"),
    )


def _note(node: Node) -> str:
    if not isinstance(node.value, str):
        raise node.fail("expected a text")
    return node.value


def _shown(node: Node, key: str) -> str:
    """A value as text: checks may compare numbers, texts or answers."""
    member = node.optional(key)
    if member is None:
        return ""
    if isinstance(member.value, bool):
        return "yes" if member.value else "no"
    return f"{member.value:.4g}" if isinstance(member.value, float) else str(member.value)


def _whole(node: Node, key: str) -> int | None:
    """A whole number without loss: seeds have 64 bits."""
    member = node.optional(key)
    if member is None:
        return None
    if isinstance(member.value, bool) or not isinstance(member.value, int):
        raise member.fail("expected a whole number")
    return member.value


def _edges(node: Node, key: str) -> list[float]:
    edges = node.numbers(key)
    if len(edges) < 2 or not all(math.isfinite(e) for e in edges):
        raise node[key].fail("expected at least two finite bin edges")
    if not all(a < b for a, b in pairwise(edges)):
        raise node[key].fail("bin edges must rise")
    return edges


def _bins(node: Node, key: str, count: int) -> list[float]:
    values = node.numbers(key)
    if len(values) != count:
        raise node[key].fail(f"{len(values)} values for {count} bins")
    return values


def _choice(node: Node, key: str, allowed: tuple[str, ...]) -> str:
    value = node.text(key)
    if value not in allowed:
        raise node[key].fail(f'"{value}" is none of {", ".join(allowed)}')
    return value


def _distribution(node: Node) -> Distribution:
    edges = _edges(node, "edges")
    samples = [
        Sample(
            label=n.text("label", ""),
            role=_choice(n, "role", ROLES),
            sums=_bins(n, "sums", len(edges) - 1),
            errors=_bins(n, "errors", len(edges) - 1),
        )
        for n in node["samples"].elements()
    ]
    if not samples:
        raise node["samples"].fail("there is no sample")
    chi2, theta = node.optional("chi2_per_ndof"), node.optional("theta")
    return Distribution(
        name=node.text("name"),
        unit=node.text("unit", ""),
        level=_choice(node, "level", LEVELS),
        title=node.text("title", ""),
        theta={} if theta is None else {name: n.as_number() for name, n in theta.items()},
        edges=edges,
        samples=samples,
        chi2_per_ndof={} if chi2 is None else {name: n.as_number() for name, n in chi2.items()},
    )


def _learning_curve(node: Node) -> LearningCurve:
    epochs, train = node.numbers("epochs"), node.numbers("train")
    validation = node.numbers("validation") if node.optional("validation") is not None else []
    for key, values in (("train", train), ("validation", validation)):
        if values and len(values) != len(epochs):
            raise node[key].fail(f"{len(values)} values for {len(epochs)} epochs")
    return LearningCurve(node.text("title", ""), epochs, train, validation, node.number("best_epoch"))


def _scan(node: Node) -> Scan:
    method = node.text("method", "auc")
    return Scan(
        parameter=node.text("parameter"),
        unit=node.text("unit", ""),
        method=method,
        minimiser=node.text("minimiser", "scan"),
        corrected=node.flag("corrected", False),
        points=[_scan_point(n, method) for n in node.list("points")],
        curves=[_curve(n) for n in node.list("curves")],
        repetitions=[n.as_number() for n in node.list("repetitions")],
        rejected={int(n.as_number()) for n in node.list("rejected")},
        value=node.number("value"),
        low=node.number("low"),
        high=node.number("high"),
        truth=node.number("truth"),
    )


def _scan_point(node: Node, method: str) -> ScanPoint:
    value, error = ("auc", "null_spread") if method == "auc" else ("objective", "objective_error")
    return ScanPoint(
        theta=node.finite("theta"),
        value=node.number(value),
        error=node.number(error),
        ess=node.number("ess"),
        repetition=_whole(node, "repetition") or 0,
        fine=node.flag("fine", False),
    )


def _curve(node: Node) -> Curve:
    numbers = {key: node.number(key) for key in ("floor", "slope", "centre", "rounding")}
    skew = node.optional("asymmetry")
    return Curve(
        repetition=_whole(node, "repetition") or 0,
        asymmetry=0.0 if skew is None else skew.as_number(),
        **numbers,
    )


def _closure_point(node: Node) -> ClosurePoint:
    keys = (
        "mean_weight",
        "mean_weight_error",
        "effective_fraction",
        "largest_weight",
        "auc",
        "auc_null_spread",
    )
    return ClosurePoint(
        theta=node.numbers("theta"),
        **{key: node.number(key) for key in (*keys, "auc_unweighted")},
        columns=[
            ColumnClosure(
                n.text("name"),
                n.number("chi2_per_ndof"),
                n.number("chi2_per_ndof_unweighted"),
                n.number("ks"),
            )
            for n in node.list("columns")
        ],
    )


def _weights(node: Node) -> WeightHistogram:
    edges = _edges(node, "edges_log10")
    return WeightHistogram(node.text("label", ""), edges, _bins(node, "counts", len(edges) - 1))
