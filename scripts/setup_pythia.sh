#!/usr/bin/env bash
# Builds Pythia 8 once, as a static library with its headers and data, into the user's cache folder.
#
#   scripts/setup_pythia.sh                  build if it is missing or damaged
#   scripts/setup_pythia.sh --print-prefix   print where it is (or would be), and do nothing
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

version=8.318
sha256=26e8b38592e2c45cfc46235ac2efb9031781adfe7bf824cb68d29b2108232b57
compiler="${CXX:-g++}"
flags=(-O2 -std=c++17 -fPIC -pthread -w -DGZIP -DFJCORE_HAVE_LIMITED_THREAD_SAFETY)

# Another compiler, other flags or another recipe is another library: all of them name the folder.
recipe=1
compiler_version="$("$compiler" -dumpfullversion -dumpversion 2>/dev/null)" || die "no C++ compiler '$compiler'" "run scripts/setup.sh"
abi="$(printf '%s\n' "$recipe" "$("$compiler" -dumpmachine)" "$compiler_version" "${flags[@]}" | sha256sum | cut -c1-8)"
compiler_name="$(basename "$compiler" | tr + x)"
prefix="$cache_root/pythia-$version-$(uname -m)-$compiler_name$compiler_version-$abi"

if [ "${1:-}" = --print-prefix ]; then
  echo "$prefix"
  exit 0
fi
is_complete "$prefix" && exit 0

lock pythia
is_complete "$prefix" && exit 0
[ -e "$prefix" ] && say "Pythia $version in the cache is damaged: building it again"

work="$(mktemp -d "$cache_root/.pythia-build.XXXXXX")"
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

sdist="$(fetch_pinned "$work/download" "$sha256" "pythia8mc==$version.0" --no-binary :all:)"
mkdir "$work/source" "$work/prefix" "$work/prefix/lib"
tar -xzf "$sdist" -C "$work/source" --strip-components=2 "pythia8mc-$version.0/pythia${version/./}"

# Pythia looks for pdfdata and tunes beside xmldoc, so the whole folder comes along.
cp -r "$work/source/share/Pythia8" "$work/prefix/share"
rm -rf "$work/prefix/share/htmldoc" "$work/prefix/share/pdfdoc" "$work/prefix/share/python"
mkdir "$work/prefix/include"
cp -r "$work/source/plugins/python/include/Pythia8" "$work/prefix/include/"
if [ -d "$work/source/plugins/python/include/Pythia8Plugins" ]; then
  cp -r "$work/source/plugins/python/include/Pythia8Plugins" "$work/prefix/include/"
fi

# Largest files first, so that the cores finish together.
{
  echo "rule cc"
  echo "  command = $compiler ${flags[*]} -DXMLDIR='\"$prefix/share/xmldoc\"' -I$work/prefix/include -c \$in -o \$out"
  echo "  description = \$out"
  echo "rule ar"
  echo "  description = \$out"
  echo "  command = ar rcsD \$out \$in"
  objects=()
  while read -r _ file; do
    object="objects/$(basename "$file" .cc).o"
    objects+=("$object")
    echo "build $object: cc $file"
  done < <(find "$work/source/src" -name '*.cc' -printf '%s %p\n' | sort -rn)
  echo "build prefix/lib/libpythia8.a: ar ${objects[*]}"
} >"$work/build.ninja"

say "building Pythia $version, once (about 10 core-minutes, $(job_count) at a time), into $prefix"
build() { NINJA_STATUS="setup: Pythia %f/%t files, %e s " ninja -C "$work" -j "$(job_count)"; }
status=0
if [ -t 2 ]; then
  build >&2 || status=$?
else
  # No terminal: every tenth line is enough; errors are kept for the end.
  build 2>&1 | tee "$work/build.log" | awk 'NR > 1 && NR % 10 == 0 { sub(/\.[0-9]+ s .*/, " s"); print; fflush() }' >&2 || status=$?
fi
if [ "$status" -ne 0 ]; then
  [ ! -f "$work/build.log" ] || grep -v '^setup: Pythia' "$work/build.log" | tail -n 20 >&2
  die "Pythia did not compile" "a C++17 compiler, zlib's headers, 2 GB of memory a core and 1 GB of disk are needed"
fi

install_prefix "$work/prefix" "$prefix"
say "Pythia $version is ready"
