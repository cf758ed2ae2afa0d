#!/usr/bin/env python3
"""Checks that links between the project's own Markdown files resolve: file and heading exist."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SKIP = {"build", ".venv", ".git", "node_modules", "data", "runs"}
LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)")


def without_code(text):
    """The text with code blocks and code spans blanked, line numbers kept."""
    text = re.sub(r"^(```|~~~).*?^\1", lambda m: "\n" * m.group().count("\n"), text, flags=re.S | re.M)
    return re.sub(r"`[^`\n]*`", "", text)


def anchors(path):
    """Names under which headings of a Markdown file can be linked."""
    names = set()
    text = re.sub(r"^(```|~~~).*?^\1", "", path.read_text(), flags=re.S | re.M)
    for title in re.findall(r"^#+\s+(.*?)\s*#*$", text, flags=re.M):
        base = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        name, count = base, 0
        while name in names:
            count += 1
            name = f"{base}-{count}"
        names.add(name)
    return names | set(re.findall(r'<a (?:id|name)="([^"]+)"', text))


def check(path):
    """Yields one message for each broken link in `path`."""
    for number, line in enumerate(without_code(path.read_text()).splitlines(), 1):
        for link in LINK.findall(line):
            if re.match(r"[a-z]+:", link):
                continue
            name, _, anchor = link.partition("#")
            target = (path.parent / name) if name else path
            if not target.exists():
                yield f"{path.relative_to(ROOT)}:{number}: no file {name}"
            elif anchor and target.suffix == ".md" and anchor not in anchors(target):
                yield f"{path.relative_to(ROOT)}:{number}: no heading #{anchor} in {name or path.name}"


def main():
    files = [p for p in ROOT.rglob("*.md") if not any(part in SKIP for part in p.relative_to(ROOT).parts)]
    messages = [message for path in sorted(files) for message in check(path)]
    for message in messages:
        print(message, file=sys.stderr)
    print(f"links: {len(messages)} broken" if messages else f"links: ok ({len(files)} files)")
    return 1 if messages else 0


if __name__ == "__main__":
    sys.exit(main())
