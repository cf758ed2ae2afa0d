"""ROOT files through the command: listed, compared, weighted; and what a build without ROOT says."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import ROOT, succeed, trueup

GOLDEN = ROOT / "tests" / "golden"
TREES = f"{GOLDEN / 'trees.root'}:events"
DELPHES = GOLDEN / "delphes.root"


@pytest.fixture(scope="module", autouse=True)
def needs_root(tmp_path_factory: pytest.TempPathFactory) -> None:
    outcome = trueup("info", DELPHES, cwd=tmp_path_factory.mktemp("probe"))
    if outcome.code == 4 and "this build has no ROOT" in outcome.err:
        pytest.skip("built without ROOT")
    assert outcome.code == 0, outcome.err


def test_info_lists_columns_groups_and_what_is_not_read(tmp_path: Path) -> None:
    info = succeed("info", DELPHES, "--json", cwd=tmp_path).json
    assert info["rows"] == 30
    assert "Jet_size" in [column["name"] for column in info["columns"]]
    jet = next(group for group in info["groups"] if group["name"] == "Jet")
    assert {"PT", "Eta", "Tau[0]"} <= {column["name"] for column in jet["columns"]}


def test_a_tree_that_is_not_there_is_an_error_of_the_data(tmp_path: Path) -> None:
    outcome = trueup("info", f"{GOLDEN / 'trees.root'}:event", cwd=tmp_path)
    assert outcome.code == 3
    assert "there is no tree 'event' in it; there are 'events', 'folder/small'" in outcome.err


def test_compare_reads_trees(tmp_path: Path) -> None:
    found = succeed("compare", TREES, TREES, "--columns", "flat_D,hit.x", "--json", cwd=tmp_path).json
    columns = {column["name"]: column for column in found["columns"]}
    assert columns["flat_D"]["ks"] == 0.0
    # The mean of e/8 with weights 1 + e/16, e = 0 … 11.
    weights = [1 + e / 16 for e in range(12)]
    mean = sum(w * e / 8 for e, w in enumerate(weights)) / sum(weights)
    assert columns["hit.x"]["mean_a"] == pytest.approx(mean, rel=1e-6)


FIT = """
[data]
table = "{delphes}"
[data.columns]
met = "MissingET.MET"
pt = "Jet.PT[0]"
[data.missing]
pt = 0.0
[simulation]
table = "{delphes}"
theta = {{ mu = 0.0 }}
[simulation.columns]
met = "MissingET.MET"
pt = "Jet.PT[0]"
gen_met = "GenMissingET.MET"
weight = "Event.Weight"
[simulation.missing]
pt = 0.0
[scanned]
table = "{delphes}"
[scanned.columns]
gen_met = "GenMissingET.MET"
mu = "ScalarHT.HT"
[reweight]
features = ["gen_met"]
parameters = ["mu"]
[reweight.closure]
points = 0
[fit]
observables = ["met", "pt"]
"""


def test_a_fit_takes_its_columns_from_members_of_objects(tmp_path: Path) -> None:
    (tmp_path / "fit.toml").write_text(FIT.format(delphes=DELPHES))
    plan = succeed("fit", "fit.toml", "--out", "run", "--dry-run", cwd=tmp_path)
    assert "30 data and 30 simulated events" in plan.out
    (tmp_path / "none.toml").write_text(
        (tmp_path / "fit.toml").read_text().replace("[data.missing]\npt = 0.0\n", "")
    )
    refused = trueup("fit", "none.toml", "--out", "run", "--dry-run", cwd=tmp_path)
    assert refused.code == 3
    assert "of 30 rows have no 'Jet.PT[0]'" in refused.err


REWEIGHT = """
[nominal]
table = "nominal.csv"
[target]
table = "target.csv"
[reweight]
features = ["MissingET.MET"]
[reweight.training]
max_epochs = 2
[reweight.closure]
points = 0
"""


def test_weights_are_applied_to_a_tree(tmp_path: Path) -> None:
    for name, shift in (("nominal", 0), ("target", 5)):
        rows = "\n".join(str(shift + (37 * i) % 120) for i in range(400))
        (tmp_path / f"{name}.csv").write_text(f"MissingET.MET\n{rows}\n")
    (tmp_path / "reweight.toml").write_text(REWEIGHT)
    succeed("reweight", "reweight.toml", "--out", "w", cwd=tmp_path)
    succeed("apply", "w/model.onnx", DELPHES, "out.h5", cwd=tmp_path)
    info = succeed("info", "out.h5", "--json", cwd=tmp_path).json
    assert info["rows"] == 30
    assert info["has_weights"]
    assert "MissingET.MET" in [column["name"] for column in info["columns"]]
    assert "Tower" in [group["name"] for group in info["groups"]]
