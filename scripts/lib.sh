# shellcheck shell=bash
# Helpers shared by the set-up scripts: messages, the cache folder, the interpreter, manifests. Source it, do not run it.

project_root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cache_root="${XDG_CACHE_HOME:-$HOME/.cache}/trueup"
venv_dir="$project_root/.venv"

say() { printf 'setup: %s\n' "$*" >&2; }

# die WHAT REMEDY: environment errors leave with 4, as everywhere in trueup.
die() {
  printf 'setup: error: %s\n' "$1" >&2
  if [ $# -gt 1 ]; then printf '       %s\n' "$2" >&2; fi
  exit 4
}

job_count() { echo "${TRUEUP_JOBS:-$(nproc)}"; }

# First Python >= 3.11 that can make a virtual environment with pip in it. TRUEUP_PYTHON names another one.
find_python() {
  local candidate
  for candidate in ${TRUEUP_PYTHON:+"$TRUEUP_PYTHON"} /usr/bin/python3.11 python3.11 /usr/bin/python3 python3; do
    if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
      command -v "$candidate"
      return 0
    fi
  done
  die "no Python 3.11 or newer that can make virtual environments" "install python3-venv, or set TRUEUP_PYTHON"
}

# The Python whose pip fetches packages: the project's own environment.
pip_python() {
  [ -x "$venv_dir/bin/python" ] || "$project_root/scripts/setup_python.sh"
  echo "$venv_dir/bin/python"
}

# fetch_pinned FOLDER SHA256 REQUIREMENT [pip options]: download one file into FOLDER, check it, print its path.
fetch_pinned() {
  local folder="$1" sha256="$2" requirement="$3" python file
  shift 3
  python="$(pip_python)"
  mkdir -p "$folder"
  "$python" -m pip download --quiet --disable-pip-version-check --no-deps --dest "$folder" "$@" "$requirement" \
    >"$folder/pip.log" 2>&1 || {
    tail -n 5 "$folder/pip.log" >&2
    die "could not download $requirement" "check the network (and pip's index and proxy settings), then run it again"
  }
  rm -f "$folder/pip.log"
  file="$(find "$folder" -maxdepth 1 -type f)"
  echo "$sha256  $file" | sha256sum --check --status ||
    die "$requirement: the downloaded file has the wrong checksum" "expected sha256 $sha256, got $(sha256sum "$file" | cut -d' ' -f1)"
  echo "$file"
}

# manifest PREFIX: the libraries' checksums (by $manifest_sum), and one over names and sizes of everything else (quick, yet sees any lost file).
manifest_sum=sha256sum
manifest() {
  (
    cd "$1" || exit 1
    find lib -type f -print0 | LC_ALL=C sort -z | xargs -0 "$manifest_sum"
    find . -type f ! -path './lib/*' ! -name .stamp -printf '%P %s\n' | LC_ALL=C sort | sha256sum | sed 's/-$/other files/'
  )
}

# is_complete PREFIX: true if the stamp, which is written last, still describes what is there.
is_complete() { [ -f "$1/.stamp" ] && [ "$(manifest "$1" 2>/dev/null)" = "$(cat "$1/.stamp")" ]; }

# lock NAME: one build at a time on this machine; a second one waits, then finds the work done.
lock() {
  mkdir -p "$cache_root" || die "cannot write the cache folder $cache_root" "set XDG_CACHE_HOME to a folder you can write"
  exec 9>"$cache_root/.$1.lock"
  flock --nonblock 9 || { say "waiting for another $1 set-up to finish"; flock 9; }
}

# install_prefix BUILT FINAL: stamp the built tree and put it in place; FINAL is never half-written.
install_prefix() {
  manifest "$1" >"$1.stamp" && mv "$1.stamp" "$1/.stamp"
  rm -rf "$2" && mv "$1" "$2"
}
