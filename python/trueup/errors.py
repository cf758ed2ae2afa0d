"""Errors of the package; each carries the exit code of the command's contract."""

from __future__ import annotations


class TrueupError(Exception):
    """What was wrong, where, and what to do, in one line."""

    exit_code = 1


class ConfigError(TrueupError, ValueError):
    """A wrong argument or option; an unknown one comes with the nearest that there is."""

    exit_code = 2


class DataError(TrueupError, ValueError):
    """An input is missing, not what it should be, or contradicts itself."""

    exit_code = 3


class EnvironmentError(TrueupError, OSError):
    """Disk, permissions, or an optional component that is not installed."""

    exit_code = 4


class CheckWarning(UserWarning):
    """A result was made, and failed a quality check that its text names."""
