"""Configurations as TOML text: the same words as in files, read by the same reader."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from trueup.errors import ConfigError


def toml_text(configuration: Mapping[str, Any]) -> str:
    """Tables, numbers, texts, flags and lists of them as TOML; a value of None is left out.

    Raises ConfigError, with the key, for anything else.
    """
    lines: list[str] = []
    _add_table(lines, configuration, "")
    return "\n".join(lines) + "\n"


def _add_table(lines: list[str], table: Mapping[str, Any], path: str) -> None:
    nested = []
    for key, value in table.items():
        if not isinstance(key, str):
            raise ConfigError(f"'{path}' has the key {key!r}; keys are texts")
        full = f"{path}.{_text(key)}" if path else _text(key)
        if isinstance(value, Mapping):
            nested.append((full, value))
        elif value is not None:
            lines.append(f"{_text(key)} = {_value(value, full.replace(chr(34), ''))}")
    for full, value in nested:
        lines.append(f"[{full}]")
        _add_table(lines, value, full)


def _text(text: str) -> str:
    # JSON's escapes are among TOML's; a code point beyond 16 bits is written as it is.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any, path: str) -> str:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, os.PathLike):
        return _text(os.fspath(value))
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(entry, path) for entry in value) + "]"
    raise ConfigError(f"'{path}' must be a number, a text, true or false, or a list of them, not {value!r}")
