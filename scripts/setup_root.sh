#!/usr/bin/env bash
# Finds a ROOT for reading and writing ROOT files, or unpacks the parts of one that this takes (libraries, headers and the
# interpreter's modules, as the Python wheel carries them) into the user's cache folder.
#
#   scripts/setup_root.sh                  unpack if there is no ROOT, or the unpacked one is damaged
#   scripts/setup_root.sh --print-prefix   print where it is (or would be), and do nothing
#   scripts/setup_root.sh --wanted         print ON or OFF: TRUEUP_WITH_ROOT, or whether there is a ROOT to be had here
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

version=0.1a12
sha256=3aec82a04f1464f663f15dd895825068f5842edbde867d8fb3f15d04d66ffad7
machine="$(uname -m)"
# Another choice of parts is another folder.
parts=1
# Libraries of 220 MB are looked at each time: a CRC is quick, and sees damage as well.
manifest_sum=cksum
unpacked="$cache_root/root-$version-$machine-$parts"

# The ROOT that the user has: named, of the environment that thisroot.sh makes, or on PATH.
own_root() {
  if [ -n "${ROOT_ROOT:-}" ]; then
    echo "$ROOT_ROOT"
  elif [ -n "${ROOTSYS:-}" ] && [ -e "$ROOTSYS/lib/libTree.so" ]; then
    echo "$ROOTSYS"
  elif command -v root-config >/dev/null; then
    root-config --prefix
  fi
}

case "${1:-}" in
  --print-prefix)
    own="$(own_root)"
    echo "${own:-$unpacked}"
    exit 0
    ;;
  --wanted)
    case "${TRUEUP_WITH_ROOT:-}" in
      OFF | off | 0 | no | false) echo OFF ;;
      '') if [ "$machine" = x86_64 ] || [ -n "$(own_root)" ]; then echo ON; else echo OFF; fi ;;
      *) echo ON ;;
    esac
    exit 0
    ;;
esac
[ -z "$(own_root)" ] || exit 0
is_complete "$unpacked" && exit 0
[ "$machine" = x86_64 ] ||
  die "no ROOT for $machine" "set ROOT_ROOT to an installed one, or TRUEUP_WITH_ROOT=OFF to do without"

lock root
is_complete "$unpacked" && exit 0
work="$(mktemp -d "$cache_root/.root-unpack.XXXXXX")"
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

say "fetching ROOT, once (250 MB), for ROOT files; TRUEUP_WITH_ROOT=OFF does without"
# Only its C++ parts are used, which are the same for every interpreter: always take the wheel of one.
wheel="$(fetch_pinned "$work/download" "$sha256" "root==$version" --only-binary :all: \
  --implementation cp --python-version 3.11 --abi cp311 --platform "manylinux_2_28_$machine")"
"$(pip_python)" "$project_root/scripts/unpack_root.py" "$wheel" "$work/prefix"

# A first start shows that it works here, and makes the index of its modules, which is kept.
cat >"$work/start.cpp" <<'END'
#include <TClass.h>
#include <TTree.h>
int main() { return TTree::Class()->GetClassInfo() != nullptr ? 0 : 1; }
END
"${CXX:-g++}" -std=c++17 -w -I"$work/prefix/include" "$work/start.cpp" -o "$work/start" -L"$work/prefix/lib" -lTree -lRIO -lCore \
  -Wl,--disable-new-dtags,-rpath,"$work/prefix/lib" >"$work/start.log" 2>&1 && "$work/start" >>"$work/start.log" 2>&1 ||
  { tail -n 5 "$work/start.log" >&2 && die "ROOT does not start on this machine" "set ROOT_ROOT to one that does, or TRUEUP_WITH_ROOT=OFF to do without"; }
[ ! -s "$work/start.log" ] || say "ROOT says when it starts: $(head -n 1 "$work/start.log")"
install_prefix "$work/prefix" "$unpacked"
say "ROOT is ready"
