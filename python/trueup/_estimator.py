"""The habits of scikit-learn's estimators: parameters of the constructor, read and set by name."""

from __future__ import annotations

from typing import Any, ClassVar


class Estimator:
    """Constructor parameters are attributes; all other keywords are options of the configuration."""

    _parameters: ClassVar[tuple[str, ...]] = ()

    def __init__(self, parameters: dict[str, Any], options: dict[str, Any]) -> None:
        for name in self._parameters:
            setattr(self, name, parameters[name])
        self.options = options
        self._check()

    def _check(self) -> None:
        """Raises ConfigError for what no training could use."""

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Parameters and options by name. `deep` is there for scikit-learn: nothing is nested."""
        return {name: getattr(self, name) for name in self._parameters} | self.options

    def set_params(self, **parameters: Any) -> Any:
        """Sets parameters and options; returns the estimator. Raises ConfigError for an unknown name."""
        for name, value in parameters.items():
            if name in self._parameters:
                setattr(self, name, value)
            else:
                self.options[name] = value
        self._check()
        return self

    def __repr__(self) -> str:
        shown = ", ".join(
            f"{name}={value!r}" for name, value in self.get_params().items() if value is not None
        )
        return f"{type(self).__name__}({shown})"
