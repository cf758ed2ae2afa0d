"""How numbers and names are written."""

from __future__ import annotations

import math

import pytest
from trueup import names
from trueup.plots.compact import short_path


@pytest.mark.parametrize(
    ("value", "low", "high", "expected"),
    [
        (0.150213, 0.149495, 0.150931, "0.15021 ± 0.00072"),
        (1.0, 0.9, 1.1, "1.00 ± 0.10"),
        (172.531, 172.48, 172.62, "172.531 +0.089 −0.051"),
        (0.5, 0.4004, 0.5996, "0.50 ± 0.10"),
        (1234.4, 1134.0, 1334.8, "1230 ± 100"),
        (-0.02, -0.0231, -0.0169, "−0.0200 ± 0.0031"),
        (10.0, 9.96, 10.044, "10.000 ± 0.042"),
        (3.0, 3.0, 3.0, "3.0000 ± 0.0000"),
    ],
)
def test_two_digits_of_the_error(value: float, low: float, high: float, expected: str) -> None:
    assert names.measured(value, low, high).text == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1.2345, "1.23"), (61234, "61234"), (90.0, "90"), (0, "0"), (-0.5, "−0.500"), (2.5e-5, "2.50 × 10⁻⁵")],
)
def test_number(value: float, expected: str) -> None:
    assert names.number(value) == expected


def test_number_that_is_none() -> None:
    assert names.number(math.nan) == "–"
    assert names.number(-math.inf) == "−∞"


@pytest.mark.parametrize(
    ("name", "text", "html"),
    [
        ("alphas", "αS", "α<sub>S</sub>"),
        ("mu", "μ", "μ"),
        ("sigma_1", "σ1", "σ<sub>1</sub>"),
        ("m_t", "mt", "m<sub>t</sub>"),
        ("some_rate", "some rate", "some rate"),
        ("a<b", "a<b", "a&lt;b"),
    ],
)
def test_symbol(name: str, text: str, html: str) -> None:
    assert (names.symbol(name).text, names.symbol(name).html) == (text, html)


def test_symbols_within_a_label() -> None:
    assert (
        names.with_symbols("nominal, alphas = 0.1365; alphas2", ["alphas"])
        == "nominal, α{S} = 0.1365; alphas2"
    )


def test_column() -> None:
    assert names.column("gen_jet1_mass") == "jet 1 mass"
    assert names.column("det_jet1_charged") == "jet 1 charged multiplicity"
    assert names.column("det_jet2_pt") == "jet 2 p{T}"
    assert names.to_html(names.column("det_a<b_pt")) == "a&lt;b p<sub>T</sub>"


@pytest.mark.parametrize(
    ("path", "short"),
    [
        ("M 1 2 L 3 2 L 3 4 L 3 4 L 5 6 L 7 8 ", "M1 2H3V4L5 6 7 8"),
        ("M 1 2 L 3 4 M 5 6 L 5 7", "M1 2 3 4M5 6V7"),
        ("M 0 1.5 C 0.4 1.5 0.8 1.3 1.1 1.1 z", "M0 1.5C0.4 1.5 0.8 1.3 1.1 1.1z"),
    ],
)
def test_short_path(path: str, short: str) -> None:
    assert short_path(path) == short
