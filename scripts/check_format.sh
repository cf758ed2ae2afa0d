#!/usr/bin/env bash
# Checks that C++ and Python are formatted as .clang-format and python/pyproject.toml say, and Python by ruff's rules; with
# --fix, formats them.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

cd "$project_root"
mapfile -t cpp < <(find include src tests bench examples -name '*.[ch]pp' 2>/dev/null | sort)
python=()
for folder in python scripts tests bench examples studies; do
  [ ! -d "$folder" ] || python+=("$folder")
done
ruff=("$venv_dir/bin/ruff")

if [ "${1:-}" = --fix ]; then
  clang-format -i "${cpp[@]}"
  "${ruff[@]}" format --quiet --config python/pyproject.toml "${python[@]}"
  exit 0
fi

"${ruff[@]}" check --quiet --config python/pyproject.toml "${python[@]}"
status=0
printf '%s\0' "${cpp[@]}" | xargs -0 -P "$(job_count)" -n 16 clang-format --dry-run --Werror --ferror-limit=1 || status=1
"${ruff[@]}" format --quiet --check --config python/pyproject.toml "${python[@]}" || status=1
if [ "$status" -eq 0 ]; then echo "format: ok"; else echo "format: run 'make format'" >&2; fi
exit "$status"
