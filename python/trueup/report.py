"""The report of a run: `python -m trueup.report RUN` writes one HTML file that opens by itself."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from trueup.errors import EnvironmentError, TrueupError
from trueup.loading import load_run

if TYPE_CHECKING:
    from trueup.run import Run

_TEMPLATES = Path(__file__).parent / "templates"


def make_report(run: Path | str, out: Path | str | None = None) -> Path:
    """Reads the run folder, writes its report (RUN/report.html or `out`) and returns the report's path.

    Raises DataError for a missing or wrong input, EnvironmentError when a Python module is missing or the
    page cannot be written. The page is complete or not there at all.
    """
    folder = Path(run)
    target = folder / "report.html" if out is None else Path(out)
    loaded = load_run(folder)
    html = render(loaded)
    _write_atomically(target, html)
    return target


def render(run: Run) -> str:
    """The page as text."""
    try:
        import jinja2
        import matplotlib  # noqa: F401  needed by trueup.page; here to say what is missing
    except ImportError as error:
        raise EnvironmentError(
            f"the report needs the Python module {error.name or error}, not to be had in {sys.executable}; "
            f"install it: {sys.executable} -m pip install matplotlib jinja2"
        ) from None
    from trueup.page import page

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )
    return environment.get_template("report.html.j2").render(page(run)).lstrip()


def _write_atomically(target: Path, text: str) -> None:
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(text, encoding="utf-8")
        os.replace(temporary, target)
    except OSError as error:
        raise EnvironmentError(f"{target}: cannot be written: {error.strerror}") from None
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m trueup.report",
        description="Make the report of a run: one HTML file that opens by itself.",
    )
    parser.add_argument("run", type=Path, help="run folder, with result.json and plots.json")
    parser.add_argument("--out", type=Path, help="where to write (RUN/report.html)")
    options = parser.parse_args(arguments)
    try:
        print(make_report(options.run, options.out))
    except TrueupError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
