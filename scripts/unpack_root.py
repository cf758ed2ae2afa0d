#!/usr/bin/env python3
"""Unpacks what reading and writing trees takes from ROOT's wheel: less than half of it.

scripts/unpack_root.py WHEEL PREFIX   PREFIX/lib, include, etc
"""

import fnmatch
import sys
import zipfile
from pathlib import Path

# The libraries that trees need, what they load when they start, and the interpreter's modules of both.
LIBRARIES = "Cling Core Imt MathCore MultiProc Net RIO Thread Tree vectorDict".split()
MODULES = "Cling_Runtime Cling_Runtime_Extra Core Hist Imt MathCore Matrix MultiProc".split()
MODULES += "Net RIO Rint Thread Tree TreePlayer".split()
KEEP = [
    *(f"ROOT/lib/lib{name}.so" for name in LIBRARIES),
    *(f"ROOT/lib/lib{name}.rootmap" for name in LIBRARIES),
    *(f"ROOT/lib/{name}.pcm" for name in MODULES),
    "ROOT/lib/ROOT.modulemap",
    "ROOT/lib/libtbb.so*",
    "ROOT/lib/std.pcm",
    "ROOT/lib/libc.pcm",
    "ROOT/lib/_Builtin_*.pcm",
    "ROOT/lib/ROOT_*.pcm",
    "root.libs/libssl-*",
    "root.libs/libcrypto-*",
    "root.libs/libpcre2-*",
    "ROOT/etc/cling/*",
    "ROOT/etc/plugins/*",
    "ROOT/etc/class.rules",
    "ROOT/etc/gitinfo.txt",
    "ROOT/etc/system.rootrc",
    "ROOT/include/*",
    "ROOT/LICENSE",
]


def main():
    wheel, prefix = zipfile.ZipFile(sys.argv[1]), Path(sys.argv[2])
    for entry in wheel.infolist():
        name = entry.filename
        if entry.is_dir() or not any(fnmatch.fnmatchcase(name, pattern) for pattern in KEEP):
            continue
        # The libraries look beside themselves first.
        target = prefix / name.replace("root.libs/", "lib/").removeprefix("ROOT/")
        target.parent.mkdir(parents=True, exist_ok=True)
        with wheel.open(entry) as source, open(target, "wb") as out:
            while block := source.read(1 << 20):
                out.write(block)


if __name__ == "__main__":
    main()
