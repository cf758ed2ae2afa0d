"""Reads the documentation for its tests: code blocks, shell commands, code spans."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from command import ROOT

# Documents with code blocks to run, and documents whose words are checked.
GUIDES = sorted((ROOT / "docs" / "guide").glob("*.md"))
SHOWN = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "python" / "README.md",
    ROOT / "tests" / "oracles" / "README.md",
    *GUIDES,
]
# Not the road map: it names what is not there yet.
SPOKEN = [*SHOWN, ROOT / "ARCHITECTURE.md", *sorted((ROOT / "docs").glob("*.md"))]

RUN = {"trueup", "build/bin/trueup", "python", "export", "mkdir", "cd", "ln"}
# Not run, and why; what they name is checked all the same. Any other command fails a test.
NOT_RUN = {
    "make": "sets up and builds; the targets must be the Makefile's",
    "cmake": "builds; the presets must be in CMakePresets.json",
    "ctest": "runs the tests, these among them",
    ".venv/bin/python": "runs the tests, these among them",
    "python -m venv": "makes an environment for PyTorch",
    "oracle/bin/pip": "installs PyTorch",
    "oracle/bin/python": "needs PyTorch",
    "git": "there is no repository around the folder in which documents run",
}

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.S | re.M)
SPAN = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True)
class Block:
    """A fenced block: language, text, and the line of its first line."""

    language: str
    text: str
    document: Path
    line: int


@dataclass(frozen=True)
class Command:
    """A simple command: what a line holds between `&&`."""

    text: str
    where: str

    @property
    def words(self) -> list[str]:
        """Words without redirections and VARIABLE=value in front."""
        words = shlex.split(self.text.split(" > ")[0], comments=True)
        while words and re.match(r"[A-Z][A-Z0-9_]*=", words[0]):
            words.pop(0)
        return words


def name_of(document: Path) -> str:
    return str(document.relative_to(ROOT))


def blocks(document: Path) -> list[Block]:
    text = document.read_text()
    return [
        Block(match[1], match[2], document, text.count("\n", 0, match.start(2)) + 1)
        for match in BLOCK.finditer(text)
    ]


def commands(block: Block) -> Iterator[Command]:
    """The commands of a shell block; comments go, and lines that end in a backslash go on."""
    text = ""
    for number, line in enumerate(block.text.splitlines(), block.line):
        text += line.removesuffix("\\")
        if line.endswith("\\"):
            continue
        for part in text.split(" && "):
            if shlex.split(part, comments=True):
                yield Command(part.strip(), f"{name_of(block.document)}:{number}")
        text = ""


def spans(document: Path) -> Iterator[Command]:
    """Code spans outside blocks."""
    text = BLOCK.sub(lambda match: "\n" * match[0].count("\n"), document.read_text())
    for number, line in enumerate(text.splitlines(), 1):
        for match in SPAN.finditer(line):
            yield Command(match[1], f"{name_of(document)}:{number}")


def is_run(command: Command) -> bool:
    return command.words[0] in RUN and reason_not_run(command) == ""


def reason_not_run(command: Command) -> str:
    """The longest beginning that is known not to run decides."""
    return NOT_RUN.get(" ".join(command.words[:3]), NOT_RUN.get(command.words[0], ""))
