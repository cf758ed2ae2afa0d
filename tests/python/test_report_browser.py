"""The report in headless Chromium: it fits a phone and a desktop, and no text leaves its plot."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import synthetic_run
import synthetic_study
from trueup.report import make_report

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--disable-background-networking",
)

# Put at the end of a copy of the page in a frame of the wanted width (Chromium's own window has a least one):
# writes what it measures into the framing page.
MEASURE = """<script>
const wide = innerWidth, over = [], out = [];
for (const e of document.querySelectorAll('body *:not(svg *)'))
  if (e.getBoundingClientRect().right > wide + 1) over.push(e.tagName + ' ' + e.textContent.slice(0, 40));
for (const e of document.querySelectorAll('.scroll'))
  if (e.scrollWidth > e.clientWidth + 1) over.push('table');
for (const svg of document.querySelectorAll('svg')) {
  const box = svg.getBoundingClientRect();
  for (const text of svg.querySelectorAll('text')) {
    const t = text.getBoundingClientRect();
    const outside = t.left < box.left - 1 || t.right > box.right + 1;
    if (outside || t.top < box.top - 2 || t.bottom > box.bottom + 2)
      out.push(svg.getAttribute('aria-label') + ': ' + text.textContent);
  }
}
const measured = JSON.stringify({wide, over, out, scroll: document.documentElement.scrollWidth,
  plots: document.querySelectorAll('svg').length});
parent.document.body.textContent = 'MEASURED' + measured + 'END';
</script>"""

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_report(synthetic_run.write(tmp_path_factory.mktemp("browser") / "run"))


def chromium(page: Path, width: int, *flags: str) -> str:
    assert CHROMIUM is not None
    profile = page.parent / f"profile-{width}"
    command = [
        CHROMIUM,
        *FLAGS,
        f"--user-data-dir={profile}",
        f"--window-size={width},3000",
        *flags,
        page.as_uri(),
    ]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout


def measure(report: Path, width: int) -> dict[str, Any]:
    probe = report.with_name(f"probe{width}.html")
    page = html.escape(report.read_text().replace("</body>", MEASURE + "</body>"))
    probe.write_text(
        f'<!doctype html><body><iframe width="{width}" height="3000" srcdoc="{page}"></iframe></body>'
    )
    found = re.search(r"MEASURED(.*?)END</body>", chromium(probe, 1400, "--dump-dom"), flags=re.DOTALL)
    assert found is not None
    return json.loads(html.unescape(found[1]))


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_overflows(report: Path, width: int) -> None:
    measured = measure(report, width)
    assert measured["wide"] == width
    assert measured["scroll"] <= width
    assert measured["over"] == []
    assert measured["out"] == []
    assert measured["plots"] == 8 + 2 * len(synthetic_run.SHAPES)


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_of_a_study_overflows(width: int, tmp_path: Path) -> None:
    measured = measure(make_report(synthetic_study.write(tmp_path / "study")), width)
    assert measured["scroll"] <= width and measured["over"] == [] and measured["out"] == []
    assert measured["plots"] == 2


@pytest.mark.parametrize("width", [390, 1280])
def test_opens_by_itself(report: Path, width: int) -> None:
    image = report.with_name(f"shot{width}.png")
    chromium(report, width, f"--screenshot={image}", "--host-resolver-rules=MAP * ~NOTFOUND")
    assert image.read_bytes().startswith(b"\x89PNG")
    assert image.stat().st_size > 50_000  # an empty page of this size has a few kB
