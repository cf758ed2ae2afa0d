#!/usr/bin/env bash
# Makes the virtual environment .venv with the pinned requirements and this package in it; does nothing when it is up to date.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

cd "$project_root"
inputs=(python/requirements.txt python/requirements-dev.txt python/pyproject.toml)
stamp="$venv_dir/.trueup-stamp"
want="$({ cat "${inputs[@]}"; echo "$project_root"; } | sha256sum | cut -d' ' -f1)"

if [ -x "$venv_dir/bin/python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$want" ] && "$venv_dir/bin/python" -c '' 2>/dev/null; then
  exit 0
fi

# One at a time: two scripts may ask for the environment at once.
exec 8>"$project_root/.venv.lock"
flock 8
[ "$(cat "$stamp" 2>/dev/null)" = "$want" ] && [ -x "$venv_dir/bin/python" ] && exit 0

if ! "$venv_dir/bin/python" -m pip --version >/dev/null 2>&1; then
  python="$(find_python)"
  say "making .venv with $("$python" --version)"
  rm -rf "$venv_dir"
  "$python" -m venv "$venv_dir" || die "could not make $venv_dir" "install python3-venv, or set TRUEUP_PYTHON to another Python"
fi

log="$venv_dir/pip.log"
install() {
  "$venv_dir/bin/python" -m pip install --quiet --disable-pip-version-check --no-warn-script-location "$@" >"$log" 2>&1 || {
    tail -n 15 "$log" >&2
    die "pip could not install: $*" "check the network (and pip's index and proxy settings); the full log is $log"
  }
}
say "installing the pinned Python packages"
install -r python/requirements.txt -r python/requirements-dev.txt
install --no-deps --no-build-isolation -e ./python
echo "$want" >"$stamp"
