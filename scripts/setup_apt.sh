#!/usr/bin/env bash
# Installs the Debian packages of apt-packages.txt that are missing; does nothing when none is.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

command -v dpkg-query >/dev/null || {
  say "not a Debian system: install what scripts/apt-packages.txt lists yourself"
  exit 0
}
mapfile -t wanted < <(sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' "$project_root/scripts/apt-packages.txt")
installed="$(dpkg-query --show --showformat '${db:Status-Abbrev} ${Package}\n' "${wanted[@]}" 2>/dev/null |
  sed -n 's/^ii *//p' || true)"
missing=()
for package in "${wanted[@]}"; do
  grep -qxF "$package" <<<"$installed" || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || die "missing packages, and neither root nor sudo to install them" "ask for: ${missing[*]}"
  as_root=(sudo)
fi
say "installing ${#missing[@]} Debian packages: ${missing[*]}"
log="$(mktemp)"
trap 'rm -f "$log"' EXIT
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 "$@" >>"$log" 2>&1; }
apt update || say "the package lists could not be renewed; trying with those at hand"
apt install --yes --no-install-recommends "${missing[@]}" || {
  tail -n 15 "$log" >&2
  die "apt could not install: ${missing[*]}" "see the lines above; then run scripts/setup.sh again"
}
