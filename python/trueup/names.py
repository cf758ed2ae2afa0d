"""How names and numbers are written: symbols of parameters, readable column names, values with errors."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

MINUS = "\N{MINUS SIGN}"

# Common symbols by name; anything else follows the rules of `symbol`.
_SYMBOLS: dict[str, tuple[str, str]] = {
    "alphas": ("α", "S"),
    "alpha_s": ("α", "S"),
    "alund": ("a", "Lund"),
    "blund": ("b", "Lund"),
    "mt": ("m", "t"),
    "mtop": ("m", "t"),
    "top_mass": ("m", "t"),
}
_GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta kappa lambda mu nu xi rho sigma tau phi chi psi omega"
).split()
_GREEK_LETTERS = "αβγδεζηθκλμνξρστφχψω"
_LEVELS = ("gen_", "det_")
_WORDS = {"pt": "p{T}", "eta": "η", "phi": "φ"}
_COUNTS = {
    "charged": "charged multiplicity",
    "kaons": "number of kaons",
    "jets": "number of jets",
    "njets": "number of jets",
}


@dataclass(frozen=True)
class Symbol:
    """A base with an optional subscript."""

    base: str
    subscript: str = ""

    @property
    def text(self) -> str:
        return self.base + self.subscript

    @property
    def html(self) -> str:
        sub = f"<sub>{html.escape(self.subscript)}</sub>" if self.subscript else ""
        return html.escape(self.base) + sub

    @property
    def plot(self) -> str:
        """Marked up for `plots.style.to_page`, which turns `{…}` into a subscript."""
        return f"{self.base}{{{self.subscript}}}" if self.subscript else self.base


def symbol(name: str) -> Symbol:
    """`alphas` → α with S; `mu_1` → μ with 1; `rate` → rate."""
    if name.lower() in _SYMBOLS:
        return Symbol(*_SYMBOLS[name.lower()])
    base, _, subscript = name.partition("_")
    if base.lower() in _GREEK:
        return Symbol(_GREEK_LETTERS[_GREEK.index(base.lower())], subscript.replace("_", " "))
    if len(base) == 1 and subscript:
        return Symbol(base, subscript.replace("_", " "))
    return Symbol(name.replace("_", " "))


def spelled(text: str) -> str:
    """Words with letters and signs for names: `mu = 1, chi2/ndof` → μ = 1, χ²/ndof."""
    text = re.sub(r"\bchi2\b", "χ²", text.replace("+-", "±"))
    letters = dict(zip(_GREEK, _GREEK_LETTERS, strict=True))
    return re.sub(rf"\b({'|'.join(_GREEK)})\b", lambda match: letters[match[0]], text)


def column(name: str) -> str:
    """A column's name in words, without its level, marked up for plots: `gen_jet1_mass` → jet 1 mass."""
    for prefix in _LEVELS:
        name = name.removeprefix(prefix)
    words = re.sub(r"(?<=[a-z])(?=\d)", " ", name.replace("_", " ")).split(" ")
    words = [_WORDS.get(word, word) for word in words]
    if words[-1] in _COUNTS:
        words = [*words[:-1], _COUNTS[words[-1]]]
    return " ".join(words)


def plain(marked: str) -> str:
    """Text that is marked up for plots, without the marks."""
    return marked.replace("{", "").replace("}", "")


def to_html(marked: str) -> str:
    return re.sub(r"\{([^}]*)\}", r"<sub>\1</sub>", html.escape(marked))


def with_symbols(text: str, parameters: Iterable[str]) -> str:
    """Names of parameters within a text replaced by their symbols, marked up for plots."""
    for name in parameters:
        text = re.sub(rf"\b{re.escape(name)}\b", symbol(name).plot, text)
    return text


def with_unit(text: str, unit: str) -> str:
    return f"{text} [{unit}]" if unit else text


def number(value: float, digits: int = 3) -> str:
    """To `digits` significant digits, with a true minus sign; a dash when there is none."""
    if not math.isfinite(value):
        return "–" if math.isnan(value) else ("∞" if value > 0 else MINUS + "∞")
    size = abs(value)
    if size < 1e7 and (size >= 10**digits or value == round(value)):
        text = f"{value:.0f}"
    else:
        text = f"{value:#.{digits}g}".rstrip(".")
    mantissa, _, exponent = text.partition("e")
    if exponent:
        text = f"{mantissa} × 10{superscript(int(exponent))}"
    return text.replace("-", MINUS)


def superscript(value: int) -> str:
    return str(value).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def decimals(error: float) -> int:
    """Decimals that show two significant digits of `error`, also after it is rounded up (0.0996 → 0.10)."""
    if not (math.isfinite(error) and error > 0):
        return 4
    exponent = int(f"{error:.1e}".partition("e")[2])
    return 1 - exponent


def fixed(value: float, places: int) -> str:
    if not math.isfinite(value):
        return number(value)
    return f"{round(value, places):.{max(places, 0)}f}".replace("-", MINUS)


@dataclass(frozen=True)
class Measured:
    """A value with its errors, rounded to two significant digits of the smaller error."""

    value: str
    up: str
    down: str
    places: int

    @property
    def symmetric(self) -> bool:
        return self.up == self.down

    @property
    def text(self) -> str:
        errors = f"± {self.up}" if self.symmetric else f"+{self.up} {MINUS}{self.down}"
        return f"{self.value} {errors}"


def measured(value: float, low: float, high: float) -> Measured:
    """Errors that differ by less than a tenth are one symmetric error, their mean."""
    up, down = high - value, value - low
    if abs(up - down) < 0.1 * max(up, down):
        up = down = (up + down) / 2
    places = decimals(min((e for e in (up, down) if e > 0), default=0.0))
    return Measured(fixed(value, places), fixed(up, places), fixed(down, places), places)


def size(bytes_: float) -> str:
    for unit, scale in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if bytes_ >= scale:
            return f"{number(bytes_ / scale)} {unit}"
    return number(bytes_)


def duration(seconds: float) -> str:
    if not math.isfinite(seconds):
        return number(seconds)
    if seconds < 100:
        return f"{number(seconds)} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"
