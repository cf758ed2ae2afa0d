"""The flags, files and keys that the documentation names exist."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from command import ROOT, trueup
from documents import SHOWN, SPOKEN, blocks, commands, is_run, name_of, reason_not_run, spans

EXAMPLES = sorted((ROOT / "examples").glob("*.toml"))
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.M))


@cache
def help_of(name: str) -> str:
    return trueup(*([name] if name else []), "--help", cwd=ROOT).out


@cache
def command_names() -> frozenset[str]:
    listed = help_of("").split("Subcommands:")[1]
    return frozenset(re.findall(r"^  ([a-z]+) ", listed, flags=re.M))


def has_flag(name: str, flag: str) -> bool:
    return re.search(rf"{re.escape(flag)}(?![\w-])", help_of(name)) is not None


def wrong_in_call(words: list[str]) -> str:
    """What of `trueup COMMAND … --flag` does not exist; COMMAND stands for any command."""
    name = words[1] if len(words) > 1 else ""
    if re.fullmatch("[a-z]+", name) and name not in command_names():
        return f"no command '{name}'"
    for word in words[1:]:
        flag = word.split("=")[0]
        any_of = [name] if name in command_names() else sorted(command_names())
        if flag.startswith("--") and not any(has_flag(n, flag) for n in any_of):
            return f"no option '{flag}'"
    return ""


def missing_path(word: str) -> str:
    """A word such as src/nn/tile.cpp or tests/<module>/*.cpp that names nothing in the source tree."""
    word = re.sub(r"(?<=\w):\d*$", "", word)
    if not re.fullmatch(r"\.?\w[\w.-]*(/[\w.*<>-]*)+", word) or not (ROOT / word.split("/")[0]).is_dir():
        return ""
    if word.split("/")[0] in {".venv", "build", "data", "runs"}:  # made, not kept
        return ""
    pattern = re.sub("<[a-z]+>", "*", word).rstrip("/")
    return "" if any(ROOT.glob(pattern)) else f"no file '{word}'"


def wrong_in_words(words: list[str]) -> str:
    """What a command names that does not exist."""
    if words[0].endswith("trueup") and (wrong := wrong_in_call(words)):
        return wrong
    if words[0] == "make":
        for target in words[1:]:
            if "=" not in target and target.isalpha() and target not in TARGETS:
                return f"no target '{target}'"
    if "--preset" in words:
        presets = json.loads((ROOT / "CMakePresets.json").read_text())["configurePresets"]
        if (name := words[words.index("--preset") + 1]) not in {p["name"] for p in presets}:
            return f"no preset '{name}'"
    return next((wrong for word in words if (wrong := missing_path(word))), "")


CONFIGURATIONS = {  # one of each kind, with every section that there is
    "fit": '[data]\ntable = "d.h5"\n[simulation]\ntable = "n.h5"\n[scanned]\ntable = "s.h5"\n'
    '[reweight]\nfeatures = ["x"]\nparameters = ["mu"]\n[fit]\nobservables = ["y"]\n',
    "reweight": '[nominal]\ntable = "n.h5"\n[scanned]\ntable = "s.h5"\n'
    '[reweight]\nfeatures = ["x"]\nparameters = ["mu"]\n',
    "refine": '[fast]\ntable = "f.h5"\n[full]\ntable = "t.h5"\n[refine]\ncolumns = ["x"]\npairs = "rows"\n',
    "simulate": '[source]\ntype = "gaussian"\nevents = 9\n[gaussian]\nsigma = 1.0\n',
}
PYTHIA_CARD = (ROOT / "cards" / "ee_z_nominal.toml").read_text()


@pytest.fixture(scope="session")
def configurations(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("configurations")
    for command, text in CONFIGURATIONS.items():
        (folder / f"{command}.toml").write_text(text)
    (folder / "simulate_pythia.toml").write_text(PYTHIA_CARD)
    return folder


def is_known_key(key: str, value: str, folder: Path) -> bool:
    """A key is known when some kind of configuration does not call it, or what it is in, unknown."""
    for file in sorted(folder.glob("*.toml")):
        command = file.stem.split("_")[0]
        out = "run.h5" if command == "simulate" else "run"
        done = trueup(command, file, "--out", out, "--dry-run", "--set", f"{key}={value}", cwd=folder)
        if "unknown key" not in done.err:
            return True
    return False


SECTIONS = {"data", "simulation", "scanned", "nominal", "reweight", "fit", "fast", "full", "refine"} | {
    *("source", "pythia", "gaussian", "fixed", "jets", "detector", "output")
}
KEY = re.compile(rf"({'|'.join(sorted(SECTIONS))})(\.[a-z_]+)+( = .+)?")


@cache
def study_sections() -> frozenset[str]:
    """The sections that the studies' files have; that each is known to the command is another test's."""
    text = "".join(file.read_text() for file in (ROOT / "studies").glob("*/*.toml"))
    return frozenset(re.findall(r"^(\[[a-z.]+\])", text, flags=re.M))


def wrong_key(span: str, folder: Path) -> str:
    """`fit.observables`, `fit.repetitions = 5` and `[fit]` must be what some configuration has, `[training]`
    a part of [fit] or [reweight].
    """
    if re.fullmatch(r"\[[a-z.]+\]", span):
        if span in study_sections():
            return ""
        names = [prefix + span[1:-1] for prefix in ("", "fit.", "reweight.", "refine.")]
        return "" if any(is_known_key(n, "{}", folder) for n in names) else f"no section '{span}'"
    if not KEY.fullmatch(span) or re.search(r"\.(h5|csv|npy|npz|toml|onnx|json|html)$", span):
        return ""
    key, _, value = span.partition(" = ")
    return "" if is_known_key(key, value or "1", folder) else f"no key '{key}'"


@pytest.mark.parametrize("document", SPOKEN, ids=name_of)
def test_names_in_text(document: Path, configurations: Path) -> None:
    wrong = []
    for span in spans(document):
        text = span.text
        if re.match(r"(trueup|make|build/bin/trueup) ", text):
            found = wrong_in_words(text.split())
        elif text.startswith("--"):
            found = wrong_in_call(["trueup", "COMMAND", text.split()[0]])
        else:
            found = missing_path(text) or wrong_key(text, configurations)
        if found:
            wrong.append(f"{span.where}: {found}")
    assert not wrong, "\n".join(wrong)


def test_training_keys(configurations: Path) -> None:
    """Tables of keys in docs/guide/training.md: each key is one of every section of trainings."""
    guide = ROOT / "docs" / "guide" / "training.md"
    rows = re.findall(r"^\| `([a-z_]+)` \|", guide.read_text(), flags=re.M)
    assert rows
    for section in ("fit.training", "reweight.training", "refine.first", "refine.training"):
        unknown = [row for row in rows if not is_known_key(f"{section}.{row}", "1", configurations)]
        assert not unknown, f"{section} has no {unknown}"


def test_fit_keys(configurations: Path) -> None:
    """The tables of keys in docs/guide/fit.md: each is one of [fit], and all of them are there."""
    guide = (ROOT / "docs" / "guide" / "fit.md").read_text()
    section = guide.split("## Keys of `[fit]`")[1].split("\n## ")[0]
    rows = re.findall(r"^\| ((?:`[a-z_]+`(?:, )?)+) \|", section, flags=re.M)
    keys = [key for row in rows for key in re.findall("[a-z_]+", row)]
    assert len(set(keys)) == 20
    unknown = [key for key in keys if not is_known_key(f"fit.{key}", "1", configurations)]
    assert not unknown, f"[fit] has no {unknown}"


def wrong_toml(text: str, folder: Path) -> str:
    def leaves(table: dict[str, Any], path: str) -> list[str]:
        found = []
        for key, value in table.items():
            full = f"{path}.{key}" if path else key
            found += leaves(value, full) if isinstance(value, dict) and value else [full]
        return found

    unknown = [key for key in leaves(tomllib.loads(text), "") if not is_known_key(key, "1", folder)]
    return f"no keys {unknown}" if unknown else ""


@pytest.mark.parametrize("document", SHOWN, ids=name_of)
def test_names_in_blocks(document: Path, configurations: Path) -> None:
    wrong = []
    for block in blocks(document):
        where = f"{name_of(document)}:{block.line}"
        if block.language == "sh":
            for command in commands(block):
                wrong.append((command.where, wrong_in_words(command.words)))
                if not is_run(command) and not reason_not_run(command):
                    wrong.append((command.where, f"neither run nor known not to be: {command.text}"))
        elif block.language == "toml":
            wrong.append((where, wrong_toml(block.text, configurations)))
        elif block.language not in {"python", "text"}:
            wrong.append((where, f"no test knows blocks of '{block.language}'"))
    messages = [f"{where}: {what}" for where, what in wrong if what]
    assert not messages, "\n".join(messages)


@pytest.mark.parametrize("example", EXAMPLES, ids=name_of)
def test_commands_in_comments(example: Path) -> None:
    for number, line in enumerate(example.read_text().splitlines(), 1):
        if line.startswith("#   trueup "):
            wrong = wrong_in_words(shlex.split(line[1:]))
            assert not wrong, f"{name_of(example)}:{number}: {wrong}"
