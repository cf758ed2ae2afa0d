"""What bench/ says about the machine around a timing: time stolen by the host, load averages."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench/peers"))
from surroundings import processor_ticks, run_watched, stolen_share, surroundings_text


def test_ticks_are_those_of_all_processors(tmp_path):
    stat = tmp_path / "stat"
    stat.write_text("cpu  4504 2516 302 21022 65 7 24 3060 11 13\ncpu0 1 1 1 1 1 1 1 1 1 1\n")
    assert processor_ticks(stat) == (4504 + 2516 + 302 + 7 + 24, 3060)


@pytest.mark.parametrize("text", ["", "cpu  1 2 3 4\n", "cpu0 1 2 3 4 5 6 7 8\n", "cpu  1 2 x 4 5 6 7 8\n"])
def test_ticks_are_unknown_in_another_form(tmp_path, text):
    stat = tmp_path / "stat"
    stat.write_text(text)
    assert processor_ticks(stat) is None
    assert processor_ticks(tmp_path / "missing") is None


def test_share_is_of_the_time_with_work():
    assert stolen_share((100, 40), (160, 60)) == 0.25
    assert stolen_share((100, 40), (110, 39)) == 0.0
    assert stolen_share((100, 40), (100, 40)) is None
    assert stolen_share(None, (100, 40)) is None


def test_a_run_is_watched():
    text, around = run_watched([sys.executable, "-c", "print('done')"])
    assert text == "done\n"
    assert around["seconds"] > 0.0
    assert around["stolen_share"] is None or 0.0 <= around["stolen_share"] <= 1.0


def test_text_names_stolen_time_only_where_it_is_known():
    old = {"load_average": 1.25}
    assert "host" not in surroundings_text([old])
    text = surroundings_text([old, {"load_average": 1.5, "stolen_share": 0.031}])
    assert "1.25 to 1.5" in text
    assert "3.1 to 3.1 %" in text
