"""Errors of the package; each carries the exit code of the command's contract."""

from __future__ import annotations


class TrueupError(Exception):
    """What was wrong, where, and what to do, in one line."""

    exit_code = 1


class DataError(TrueupError):
    """An input is missing, not what it should be, or contradicts itself."""

    exit_code = 3


class SetupError(TrueupError):
    """Disk, permissions, or an optional component that is not installed."""

    exit_code = 4
