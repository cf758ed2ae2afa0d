#!/usr/bin/env python3
"""Checks that includes point one way only: from higher modules to lower ones, as scripts/layers.toml says.

scripts/check_layers.py [--root FOLDER]   check src/ and include/; exit 1 with file:line and remedy
scripts/check_layers.py --self-test       check the checker, with planted violations
"""

import argparse
import re
import sys
import tempfile
import tomllib
from pathlib import Path

SOURCES = {".hpp", ".cpp", ".h", ".cc", ".inl"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
MAP = "scripts/layers.toml"


class Layers:
    """The map: modules from low to high, their public headers, what each may include."""

    def __init__(self, path):
        document = tomllib.loads(path.read_text())
        self.modules = document["modules"]
        self.libraries = document.get("libraries", {})
        self.problems = []
        self.owner = {}
        below = set()
        for name, module in self.modules.items():
            for used in [*module["uses"], *module.get("public", [])]:
                if used not in below:
                    self.problems.append(f"{MAP}: '{name}' uses '{used}', which does not stand above it")
            for header in module["headers"]:
                if header in self.owner:
                    self.problems.append(
                        f"{MAP}: header '{header}' belongs to both '{self.owner[header]}' and '{name}'"
                    )
                self.owner[header] = name
            below.add(name)


def module_of(path, root, layers):
    """(module, is public) of a file of ours; module is None if the map does not know it."""
    parts = path.relative_to(root).parts
    if parts[0] == "include":
        return layers.owner.get(Path(*parts[2:]).with_suffix("").as_posix()), True
    return (parts[1] if parts[1] in layers.modules and len(parts) > 2 else None), False


def resolve(included, quote, file, root):
    """The file of ours that an include means, or None."""
    folders = [root / "include", root / "src"]
    if quote == '"':
        folders.insert(0, file.parent)
    for folder in folders:
        target = (folder / included).resolve()
        if target.is_file() and any(target.is_relative_to(root / ours) for ours in ("src", "include")):
            return target
    return None


def complaint(module, target, included, root, layers):
    """What is wrong with `module` including our file `target`, or None."""
    other, is_public = module_of(target, root, layers)
    if other is None:
        return f"<{included}> belongs to no module: add it to the `headers` of its module in {MAP}"
    allowed = layers.modules[module]
    if other == module or other in allowed["uses"]:
        return None
    if other in allowed.get("public", []):
        if is_public:
            return None
        remedy = "include <trueup/…> instead"
        return f"'{module}' may use only the public headers of '{other}', not {included}: {remedy}"
    may = ", ".join([*allowed["uses"], *allowed.get("public", [])]) or "nothing"
    return (
        f"'{module}' must not include {included} of '{other}' (it may use: {may}): "
        f"move the code to a lower module, or hand it in from above; to change the design, edit {MAP}"
    )


def check_file(file, root, layers):
    """Yields one message for each include in `file` that the map forbids."""
    name = file.relative_to(root).as_posix()
    module, _ = module_of(file, root, layers)
    if module is None:
        what = "`headers` of its module" if name.startswith("include/") else "modules"
        yield f"{name}:1: belongs to no module: add it to the {what} in {MAP}"
        return
    for number, line in enumerate(file.read_text().splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        quote, included = match.groups()
        target = resolve(included, quote, file, root)
        problem = None
        if target is not None:
            problem = complaint(module, target, included, root, layers)
        elif quote == '"' or included.startswith("trueup/"):
            problem = f"no file {included} of ours: correct the path, or use <…> if it is another library's"
        else:
            for start, modules in layers.libraries.items():
                if included.startswith(start) and module not in modules:
                    problem = f"<{included}> stays within {', '.join(modules)}: use that module's own headers"
        if problem:
            yield f"{name}:{number}: {problem}"


def check(root):
    """All messages for the project at `root`."""
    root = root.resolve()
    layers = Layers(root / MAP)
    messages = list(layers.problems)
    for folder in (root / "src", root / "include"):
        for file in sorted(folder.rglob("*")):
            if file.suffix in SOURCES:
                messages += check_file(file, root, layers)
    return messages


def self_test():
    """Each planted violation must be found, and lawful code left alone."""
    layer_map = """
        [modules.core]
        headers = ["error"]
        uses = []
        [modules.table]
        headers = ["table"]
        uses = ["core"]
        [modules.reweight]
        headers = ["reweight"]
        uses = ["core", "table"]
        [modules.fit]
        headers = ["fit"]
        uses = ["core"]
        public = ["reweight"]
        [libraries]
        "Pythia8/" = ["fit"]
    """
    lawful = {
        "scripts/layers.toml": layer_map,
        "include/trueup/error.hpp": "#include <string>\n",
        "include/trueup/table.hpp": "#include <trueup/error.hpp>\n",
        "include/trueup/reweight.hpp": "#include <trueup/table.hpp>\n",
        "include/trueup/fit.hpp": "#include <trueup/reweight.hpp>\n",
        "src/core/files.hpp": "",
        "src/reweight/closure.hpp": '#include "core/files.hpp"\n',
        "src/reweight/closure.cpp": '#include "closure.hpp"\n#include <vector>\n',
        "src/fit/scan.cpp": "#include <Pythia8/Pythia.h>\n#include <trueup/reweight.hpp>\n",
    }
    planted = [  # file, its text, what the message must contain
        (
            "src/core/bad.cpp",
            "\n#include <trueup/table.hpp>\n",
            "src/core/bad.cpp:2: 'core' must not include",
        ),
        ("src/core/bad.cpp", '#include "../reweight/closure.hpp"\n', "'core' must not include"),
        ("src/fit/bad.cpp", '#include "reweight/closure.hpp"\n', "only the public headers of 'reweight'"),
        ("src/fit/bad.cpp", "  #  include <trueup/nothing.hpp>\n", "no file trueup/nothing.hpp"),
        ("src/fit/bad.cpp", '#include "fmt/format.h"\n', "no file fmt/format.h"),
        ("src/table/bad.cpp", "#include <Pythia8/Pythia.h>\n", "stays within fit"),
        ("include/trueup/new.hpp", "", "include/trueup/new.hpp:1: belongs to no module"),
        ("src/new/new.cpp", "", "src/new/new.cpp:1: belongs to no module"),
        ("src/loose.cpp", "", "src/loose.cpp:1: belongs to no module"),
        ("scripts/layers.toml", layer_map.replace("uses = []", 'uses = ["fit"]'), "does not stand above it"),
    ]
    failures = []
    for extra in [None, *planted]:
        with tempfile.TemporaryDirectory() as folder:
            files = lawful if extra is None else lawful | {extra[0]: extra[1]}
            for name, text in files.items():
                path = Path(folder) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            messages = check(Path(folder))
        if extra is None and messages:
            failures.append(f"lawful code was refused: {messages}")
        if extra is not None and not (len(messages) == 1 and extra[2] in messages[0]):
            failures.append(f"{extra[0]}: expected one message with '{extra[2]}', got {messages}")
    return failures


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    parser.add_argument("--self-test", action="store_true")
    arguments = parser.parse_args()
    messages = self_test() if arguments.self_test else check(arguments.root)
    for message in messages:
        print(message, file=sys.stderr)
    what = "layers self-test" if arguments.self_test else "layers"
    print(f"{what}: {len(messages)} problem(s)" if messages else f"{what}: ok")
    return 1 if messages else 0


if __name__ == "__main__":
    sys.exit(main())
