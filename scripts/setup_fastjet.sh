#!/usr/bin/env bash
# Unpacks FastJet and fastjet-contrib (headers and shared libraries, as the Python wheel carries them) into the user's cache folder.
#
#   scripts/setup_fastjet.sh                  unpack if it is missing or damaged
#   scripts/setup_fastjet.sh --print-prefix   print where it is (or would be), and do nothing
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

version=3.5.2.0
machine="$(uname -m)"
prefix="$cache_root/fastjet-$version-$machine"

if [ "${1:-}" = --print-prefix ]; then
  echo "$prefix"
  exit 0
fi
is_complete "$prefix" && exit 0

case "$machine" in
  x86_64) sha256=299bc5b038d4f20f00275af7c011fde93d324aee7e43523f4c63044de5769aba ;;
  aarch64) sha256=90efeb3d5c9f12503cf00638beed3071f30ea58f63e9ca06a01bb4a67d5fb683 ;;
  *) die "no FastJet for $machine" "set FASTJET_ROOT to an installed one, or TRUEUP_WITH_PYTHIA=OFF to do without" ;;
esac

lock fastjet
is_complete "$prefix" && exit 0
work="$(mktemp -d "$cache_root/.fastjet-unpack.XXXXXX")"
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# Only its C++ parts are used, which are the same for every interpreter: always take the wheel of one.
wheel="$(fetch_pinned "$work/download" "$sha256" "fastjet==$version" --only-binary :all: \
  --implementation cp --python-version 3.11 --abi cp311 --platform "manylinux_2_28_$machine")"
"$(pip_python)" -m zipfile -e "$wheel" "$work/wheel"
mkdir "$work/prefix" "$work/prefix/lib"
cp -r "$work/wheel/fastjet/include" "$work/prefix/include"
cp "$work/wheel/fastjet/lib64/"*.so "$work/prefix/lib/"
cp "$work/wheel/"*.dist-info/METADATA "$work/prefix/"
install_prefix "$work/prefix" "$prefix"
say "FastJet $version is ready"
