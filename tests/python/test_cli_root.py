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
