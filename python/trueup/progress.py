"""How long work reports back to Python: progress to a function or to stderr, messages to the logger
"trueup"."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO

logger = logging.getLogger("trueup")


@dataclass(frozen=True)
class Progress:
    """`done` of `total` units of the task named; `detail` is one short phrase, such as a loss."""

    task: str
    done: int
    total: int
    detail: str

    def __str__(self) -> str:
        percent = 100.0 * self.done / self.total if self.total else 0.0
        return f"{self.task}: {self.done} of {self.total} ({percent:.0f} %)" + (
            f", {self.detail}" if self.detail else ""
        )


ProgressOption = Callable[[Progress], object] | bool | None


class Listener:
    """What the compiled module talks to.

    `option`: a function, called at most ten times a second for each task, by the thread that started the work
    (an exception of it stops the work and comes out there); True: lines to stderr; False: nothing; None:
    lines when stderr is a terminal.
    """

    def __init__(self, option: ProgressOption = None) -> None:
        self._show = option if callable(option) else None
        if self._show is None and (
            option or (option is None and sys.stderr is not None and sys.stderr.isatty())
        ):
            self._show = Lines(sys.stderr)

    def message(self, level: str, text: str) -> None:
        logger.log(logging.getLevelName(level.upper()), "%s", text)

    def progress(self, task: str, done: int, total: int, detail: str) -> None:
        if self._show is not None:
            self._show(Progress(task, done, total, detail))

    def __enter__(self) -> Listener:
        return self

    def __exit__(self, *_: object) -> None:
        if isinstance(self._show, Lines):
            self._show.close()


class Lines:
    """Progress on a stream: one line that changes on a terminal, else a line every five seconds."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._live = stream.isatty()
        self._last = -1e9
        self._shown = False

    def __call__(self, progress: Progress) -> None:
        if not self._live and time.monotonic() - self._last < 5.0:
            return
        self._last = time.monotonic()
        self._stream.write(f"\r\x1b[K{progress}" if self._live else f"{progress}\n")
        self._stream.flush()
        self._shown = self._live

    def close(self) -> None:
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._shown = False
