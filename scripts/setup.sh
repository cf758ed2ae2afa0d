#!/usr/bin/env bash
# Sets up everything the build and the tests need: Debian packages, the Python environment, Pythia, FastJet and ROOT.
# Safe to run again at any time: it takes a second when nothing is to do.
#
#   TRUEUP_WITH_PYTHIA=OFF   leave out the event generation component (Pythia and FastJet, GPL)
#   TRUEUP_WITH_ROOT=OFF     leave out the reading of ROOT files (default ON where there is a ROOT to be had)
#   TRUEUP_JOBS=N            compile with N processes
#   TRUEUP_PYTHON=PATH       make .venv with this Python
#   XDG_CACHE_HOME           where built parts are kept (in trueup/); default ~/.cache
set -euo pipefail
scripts="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

"$scripts/setup_apt.sh"
"$scripts/setup_python.sh"
case "${TRUEUP_WITH_PYTHIA:-ON}" in
  OFF | off | 0 | no | false) ;;
  *)
    "$scripts/setup_fastjet.sh"
    "$scripts/setup_pythia.sh"
    ;;
esac
[ "$("$scripts/setup_root.sh" --wanted)" = OFF ] || "$scripts/setup_root.sh"
