"""python/trueup/options.py has the keys that configurations have."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
import trueup
from trueup import options

REWEIGHT = {"features": ["x"], "parameters": ["mu"]}
EVERY_TRAINING = [  # values under which all keys of [training] have an effect
    {"optimiser": "adamw", "schedule": "plateau", "averaging": "exponential"},
    {"averaging": "tail"},
]


def keys_of(kind: type) -> set[str]:
    return set(kind.__annotations__)


def resolved(config: str, *path: str) -> set[str]:
    """Keys of a table of a resolved configuration that are no tables themselves."""
    table: dict[str, Any] = tomllib.loads(config)
    for part in path:
        table = table[part]
    return {key for key, value in table.items() if not isinstance(value, dict)}


def nested(kind: type) -> set[str]:
    return {key for key, type_ in kind.__annotations__.items() if "Options" in str(type_) or key in NESTED}


NESTED = {"network", "closure", "moments", "column", "kernel", "constraint"}


def test_training() -> None:
    from trueup._native import core
    from trueup._toml import toml_text

    found = set()
    for training in EVERY_TRAINING:
        sections = {"nominal": {"table": "n"}, "scanned": {"table": "s"}}
        text = toml_text({**sections, "reweight": {**REWEIGHT, "training": training}})
        found |= resolved(core.reweight_config(text), "reweight", "training")
    assert found == keys_of(options.TrainingOptions)


def test_reweight() -> None:
    from trueup._native import core

    config = core.reweight_config(trueup.Reweighter(**REWEIGHT)._configuration())
    own = keys_of(options.ReweightOptions) - nested(options.ReweightOptions)
    assert resolved(config, "reweight") == own | {"features", "parameters"}
    assert resolved(config, "reweight", "network") == keys_of(options.ReweightNetwork)
    assert resolved(config, "reweight", "moments") == keys_of(options.Moments)
    assert resolved(config, "reweight", "closure") == keys_of(options.Closure)


def test_refine() -> None:
    from trueup._native import core

    column = {"x": {"transform": "logit", "low": 0.0, "high": 1.0, "integer": True}}
    made = trueup.Refiner(["x"], key=["event"], column=column)
    config = core.refine_config(made._configuration())
    own = keys_of(options.RefineOptions) - nested(options.RefineOptions)
    assert resolved(config, "refine") == own | {"columns", "conditions"}
    for section, kind in (("network", options.RefineNetwork), ("kernel", options.Kernel)):
        assert resolved(config, "refine", section) == keys_of(kind)
    assert resolved(config, "refine", "constraint") == keys_of(options.Constraint)
    assert resolved(config, "refine", "column", "x") == keys_of(options.RefineColumn)


def test_fit() -> None:
    """docs/guide/fit.md has all keys of [fit] (tests/python/test_documentation_names.py)."""
    import re

    from command import ROOT

    guide = (ROOT / "docs" / "guide" / "fit.md").read_text()
    section = guide.split("## Keys of `[fit]`")[1].split("\n## ")[0]
    rows = re.findall(r"^\| ((?:`[a-z_]+`(?:, )?)+) \|", section, flags=re.M)
    keys = {key for row in rows for key in re.findall("[a-z_]+", row)}
    own = keys_of(options.FitOptions) - {"network", "training"}
    assert keys == own | {"method", "observables", "generator"}


@pytest.mark.parametrize("name", trueup.__all__)
def test_every_name_is_there_and_said(name: str) -> None:
    found = getattr(trueup, name)
    assert found.__doc__ and len(found.__doc__) > 20
