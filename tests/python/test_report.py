"""The report of complete and partial runs: what it says, that it stands alone, that it repeats."""

from __future__ import annotations

import copy
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import synthetic_run
from trueup.report import main, make_report

LARGEST_BYTES = 1_500_000


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return synthetic_run.write(tmp_path / "run", columns=1)


@pytest.fixture(scope="module")
def full_report(tmp_path_factory: pytest.TempPathFactory) -> str:
    return make_report(synthetic_run.write(tmp_path_factory.mktemp("full") / "run")).read_text()


def edit(path: Path, change: Any) -> None:
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document))


def text_of(html: str) -> str:
    """The words outside of plots and styles."""
    html = re.sub(r"<(svg|style).*?</\1>", " ", html, flags=re.DOTALL)
    html = re.sub(r"</?sub>", "", html).replace("&nbsp;", " ")
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


def test_report_says_the_result_first(run: Path) -> None:
    path = make_report(run)
    text = text_of(path.read_text())
    assert path == run / "report.html"
    assert "αS = 0.15021 ± 0.00072" in text
    assert "truth 0.15000 · pull +0.3" in text
    assert "All 5 checks passed" in text
    assert text.index("0.15021") < text.index("Whole range") < text.index("Detector level")
    assert text.index("Detector level") < text.index("Generator level") < text.index("Closure")
    assert (
        text.index("Closure") < text.index("Learning curves") < text.index("Weights") < text.index("Record")
    )
    for word in (
        "9223372036854775809",
        "3 min 35 s",
        "612 MB",
        "3" * 64,
        "100,000 events",
        "repetitions = 5",
    ):
        assert word in text


def test_likelihood_says_how_the_value_was_found(run: Path) -> None:
    def change(result: Any) -> None:
        result["method"] = "likelihood"
        result["metrics"] |= {
            "error_data_alphas": 0.0005,
            "error_simulation_alphas": 0.0003,
            "error_background_alphas": 0.0,
            "error_weights_alphas": 0.0004,
            "uncorrected_alphas": 0.1499,
            "error_hessian_alphas": 0.0005,
            "correction_alphas": 0.0003,
            "error_correction_alphas": 0.0002,
        }

    edit(run / "result.json", change)
    text = text_of(make_report(run).read_text())
    start, end = text.index("How the value was found"), text.index("Whole range")
    found = text[start:end]
    assert "product of r over the data events is largest" in found
    assert "data 0.00050" in found and "trainings of w 0.00040" in found
    assert "background events" not in found  # none
    assert "all, in quadrature 0.00072" in found
    assert "maximum of the learnt likelihood, error from its curvature 0.14990 ± 0.00050" in found
    assert "bias that simulated events show 0.00030 ± 0.00020" in found


def test_a_corrected_fit_says_what_was_corrected(run: Path) -> None:
    def change(result: Any) -> None:
        result["method"] = "auc"
        value = result["parameters"]["alphas"]["value"]
        result["metrics"] |= {"error_data_alphas": 0.0005, "uncorrected_alphas": value + 0.0007}

    edit(run / "result.json", change)
    text = text_of(make_report(run).read_text())
    start, end = text.index("How the value was found"), text.index("Whole range")
    found = text[start:end]
    assert "Classifiers between data and simulation" in found
    assert "with the weights as they are" in found
    assert "what generator-level events take out -0.0007" in found.replace("−", "-")


def test_without_shares_nothing_is_said_of_them(full_report: str) -> None:
    assert "How the value was found" not in full_report


def test_every_plot_has_a_caption_and_is_there(full_report: str) -> None:
    html = full_report
    captions = re.findall(r"<figcaption>(.*?)</figcaption>", html, flags=re.DOTALL)
    plots = 2 + 2 * len(synthetic_run.SHAPES) + 2 + 3 + 1  # scan, distributions, closure, learning, weights
    assert html.count("<svg") == html.count("<figcaption>") == plots
    assert all(len(text_of(caption).strip()) > 25 for caption in captions)


def test_numbers_on_axes_are_not_rounded_away(full_report: str) -> None:
    html = full_report
    scan = re.search(r'<svg[^>]*aria-label="AUC against αS over.*?</svg>', html, flags=re.DOTALL)
    assert scan is not None
    labels = re.findall(r"<text[^>]*>([\d.]+)</text>", scan[0])
    assert {"0.10", "0.14", "0.18", "0.52"} <= set(labels)
    assert len(labels) == len(set(labels))


def test_report_stands_alone(full_report: str) -> None:
    html = full_report
    assert not re.search(r"https?://|//[a-z]|@import|<script|<link|<img|src=", html)
    assert set(re.findall(r"url\(([^)]{1,3})", html)) <= {m for m in re.findall(r"url\((#..)", html)}
    identifiers = re.findall(r' id="([^"]*)"', html)
    for reference in re.findall(r'href="#([^"]*)"|url\(#([^)]*)\)', html):
        assert any(reference[i] in identifiers for i in (0, 1))
    assert len(html.encode()) < LARGEST_BYTES


def test_same_run_same_bytes(run: Path) -> None:
    first = make_report(run).read_bytes()
    assert make_report(run).read_bytes() == first


def test_failed_checks_come_first_in_plain_words(run: Path) -> None:
    def fail(document: dict[str, Any]) -> None:
        document["checks"][1].update(
            passed=False,
            text="A classifier tells them apart at alphas = 0.1 +- 0.2 {}.",
            value=0.54321,
            expected="0.5 ± 0.01",
        )

    edit(run / "result.json", fail)
    text = text_of(make_report(run).read_text())
    assert "1 of 5 checks failed" in text
    assert "A classifier tells them apart at αS = 0.1 ± 0.2 {}. Expected: 0.5 ± 0.01." in text
    assert text.strip().startswith("CHECKS FAILED")  # the window's title
    assert text.index("1 of 5 checks failed") < text.rindex("αS = 0.15021 ± 0.00072 truth")
    assert "checks passed" not in text


def test_asymmetric_interval_and_unit(run: Path) -> None:
    parameter = {"mt": {"value": 172.53, "low": 172.48, "high": 172.62, "unit": "GeV"}}
    edit(run / "result.json", lambda d: d.update(parameters=parameter))
    text = text_of(make_report(run).read_text())
    assert re.search(r"mt = 172.530 \+0.090 −0.050 GeV", text)
    assert "truth" not in text.partition("The scan")[0]


@pytest.mark.parametrize("part", ["distributions", "learning_curves", "scans", "closure", "weights"])
def test_one_part_is_enough(run: Path, part: str) -> None:
    document = json.loads((run / "plots.json").read_text())
    (run / "plots.json").write_text(json.dumps({"schema": document["schema"], part: document[part]}))
    assert "<svg" in make_report(run).read_text()


def test_bare_run(run: Path) -> None:
    bare = {"schema": "trueup.result/1", "command": "reweight"}
    (run / "result.json").write_text(json.dumps(bare))
    (run / "plots.json").write_text(json.dumps({"schema": "trueup.plots/1"}))
    (run / "config.toml").unlink()
    assert "Weights as a function of θ" in text_of(make_report(run).read_text())


def test_a_crossing_is_not_called_a_curve(run: Path) -> None:
    def crossing(document: dict[str, Any]) -> None:
        document["scans"][0].update(minimiser="gradient", corrected=True, curves=[])

    assert "resampled" in text_of(make_report(run).read_text())
    edit(run / "plots.json", crossing)
    text = text_of(make_report(run).read_text())
    assert "resampled" not in text
    assert "on either side of it" in text
    assert "the error of the weights taken out" in text
    assert "left out" not in text
    edit(run / "plots.json", lambda document: document["scans"][0].update(rejected=[0]))
    assert "1 repetition with the minimum at the edge of the range is left out" in text_of(
        make_report(run).read_text()
    )


def test_nulls_and_empty_bins_are_drawn_around(run: Path) -> None:
    def spoil(document: dict[str, Any]) -> None:
        scan = document["scans"][0]
        scan["points"][3]["auc"] = scan["points"][4]["null_spread"] = None
        scan["curves"][0].update(floor=None, slope=None)
        scan["rejected"] = [0]
        scan["truth"] = None
        document["closure"][0].update(auc=None, mean_weight_error=None, largest_weight=None)
        document["closure"][1]["columns"][0]["chi2_per_ndof"] = None
        for sample in document["distributions"][0]["samples"]:
            sample["sums"] = [0] * len(sample["sums"])
        document["distributions"].append(copy.deepcopy(document["distributions"][1]))
        document["distributions"][1]["samples"][0]["sums"][5] = -40.0
        document["distributions"][2]["samples"] = document["distributions"][2]["samples"][1:2]
        document["weights"][0]["counts"] = [0] * len(document["weights"][0]["counts"])

    edit(run / "plots.json", spoil)
    html = make_report(run).read_text()
    assert "nan" not in re.sub(r"nominal|\w+nan\w*", "", text_of(html).lower())
    assert not re.search(r"\bnan\b", html)


def test_text_of_the_run_is_not_markup(run: Path) -> None:
    edit(run / "result.json", lambda d: d.update(notes=["<b>bold</b> & $x$ {{ 7 * 7 }}"]))
    edit(
        run / "plots.json", lambda d: d["distributions"][0].update(title="$\\frac <i> & 5$", name="det_<i>$x")
    )
    html = make_report(run).read_text()
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; $x$ {{ 7 * 7 }}" in html
    assert "<i>" not in html


def test_uneven_bins_are_shown_as_density(run: Path) -> None:
    def merge(document: dict[str, Any]) -> None:
        document["distributions"][1].update(unit="GeV")
        document["distributions"][1]["edges"][-1] += 12.5

    edit(run / "plots.json", merge)
    assert "fraction of events per unit [1/GeV]" in make_report(run).read_text()


def test_out_and_printed_path(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(run), "--out", str(tmp_path / "other.html")]) == 0
    assert capsys.readouterr().out.strip() == str(tmp_path / "other.html")
    assert (tmp_path / "other.html").stat().st_size > 10_000
    assert not (run / "report.html").exists()


def test_module_runs_as_a_command(run: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "trueup.report", run], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, str(run / "report.html"), "")
    assert sorted(p.name for p in run.iterdir()) == [
        "config.toml",
        "plots.json",
        "report.html",
        "result.json",
    ]


def test_package_imports_without_plotting() -> None:
    code = (
        "import sys, trueup, trueup.report; assert not {'matplotlib', 'jinja2', 'numpy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_fit_without_an_answer(run: Path) -> None:
    edit(run / "result.json", lambda d: d["parameters"]["alphas"].update(value=None, low=None, high=None))
    assert "αS: no result" in text_of(make_report(run).read_text())


def test_scan_says_the_auc_that_the_repetitions_reach(run: Path) -> None:
    def simple(document: dict[str, Any]) -> None:
        document["scans"][0]["points"] = [
            {
                "theta": 0.14 + 0.01 * i,
                "auc": auc,
                "null_spread": 0.004,
                "ess": 9.0,
                "repetition": i % 2,
                "fine": True,
            }
            for i, auc in enumerate((0.53, 0.54, 0.504, 0.506))
        ]

    edit(run / "plots.json", simple)
    assert "comes down to AUC = 0.5050; equal samples give 0.5 ± 0.0040." in text_of(
        make_report(run).read_text()
    )
