"""Checked access to a JSON document: every mistake is told with the file and the place in it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from trueup.errors import DataError


class Node:
    """A JSON value that knows where it stands, such as `plots.json: distributions[2].edges`."""

    def __init__(self, value: Any, file: str, place: str = "") -> None:
        self.value = value
        self.file = file
        self.place = place

    def fail(self, problem: str) -> DataError:
        return DataError(f"{self.file}: {self.place}: {problem}" if self.place else f"{self.file}: {problem}")

    def _wrong(self, expected: str) -> DataError:
        return self.fail(f"expected {expected}, found {_kind(self.value)}")

    def __getitem__(self, key: str) -> Node:
        node = self.optional(key)
        if node is None:
            raise self.fail(f'"{key}" is missing')
        return node

    def optional(self, key: str) -> Node | None:
        """The member `key`, or nothing when it is absent or null."""
        if not isinstance(self.value, dict):
            raise self._wrong("an object")
        if self.value.get(key) is None:
            return None
        return Node(self.value[key], self.file, f"{self.place}.{key}" if self.place else key)

    def items(self) -> Iterator[tuple[str, Node]]:
        if not isinstance(self.value, dict):
            raise self._wrong("an object")
        for key in self.value:
            yield key, Node(self.value[key], self.file, f"{self.place}.{key}" if self.place else key)

    def elements(self) -> list[Node]:
        if not isinstance(self.value, list):
            raise self._wrong("a list")
        return [Node(v, self.file, f"{self.place}[{i}]") for i, v in enumerate(self.value)]

    def list(self, key: str) -> list[Node]:
        """The elements of the member `key`; none when it is absent."""
        node = self.optional(key)
        return [] if node is None else node.elements()

    def text(self, key: str, default: str | None = None) -> str:
        node = self[key] if default is None else self.optional(key)
        if node is None:
            return default or ""
        if not isinstance(node.value, str):
            raise node._wrong("a text")
        return node.value

    def flag(self, key: str, default: bool | None = None) -> bool:
        node = self[key] if default is None else self.optional(key)
        if node is None:
            return bool(default)
        if not isinstance(node.value, bool):
            raise node._wrong("true or false")
        return node.value

    def as_number(self) -> float:
        """A number; null, which is how JSON writes a NaN, is NaN. A list of one number is that number."""
        value = self.value
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if value is None:
            return math.nan
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._wrong("a number")
        return float(value)

    def finite(self, key: str) -> float:
        node = self[key]
        number = node.as_number()
        if not math.isfinite(number):
            raise node.fail("expected a finite number")
        return number

    def number(self, key: str) -> float:
        """The member `key`; NaN when it is absent or null."""
        node = self.optional(key)
        return math.nan if node is None else node.as_number()

    def numbers(self, key: str) -> list[float]:
        return [element.as_number() for element in self[key].elements()]


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return f"a list of {len(value)}" if value else "an empty list"
    return f'"{value}"' if isinstance(value, str) else str(value)


def read_document(path: Path, schema: str) -> Node:
    """The document at `path`, which must carry this schema."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise DataError(f"{path}: no such file; a finished run has one") from None
    except UnicodeDecodeError:
        raise DataError(f"{path}: is not a text file") from None
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}") from None
    try:
        document = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise DataError(f"{path}: is not valid JSON: {error}") from None
    node = Node(document, str(path))
    found = node.text("schema")
    if found != schema:
        raise DataError(
            f'{path}: schema is "{found}", expected "{schema}"; use the trueup version that made the run'
        )
    return node
