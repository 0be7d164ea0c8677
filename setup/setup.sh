#!/usr/bin/env bash
# Installs what is missing to build and run Samehand: setup/setup.sh [run|test|dev]   (each set includes those before it)
# Works as root or with sudo, says what it installs, never asks; takes a few hundredths of a second when nothing is missing.
# On systems without dpkg it says what is missing, by purpose, and leaves the installing to you.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
wanted=${1:-run}
case $wanted in
  run) sets='run' ;;
  test) sets='run test' ;;
  dev) sets='run test dev' ;;
  *) echo "usage: setup/setup.sh [run|test|dev]" >&2; exit 2 ;;
esac
say() { echo "samehand: $*" >&2; }

purposes=() packages=() probes=()
while IFS='|' read -r set purpose package probe; do
  read -r set <<<"$set"
  [[ -z $set || $set == \#* || " $sets " != *" $set "* ]] && continue
  read -r purpose <<<"$purpose"; read -r package <<<"$package"; read -r probe <<<"$probe"
  purposes+=("$purpose") packages+=("$package") probes+=("$probe")
done <"$here/packages.txt"

# Whether the thing itself is there, whoever installed it.
present() {
  case $1 in
    cmd:*) command -v "${1#cmd:}" >/dev/null ;;
    pc:*) command -v pkg-config >/dev/null && pkg-config --exists "${1#pc:}" ;;
    hdr:*) echo "#include <${1#hdr:}>" | g++ -x c++ -std=c++23 -fsyntax-only - 2>/dev/null ;;
    *) return 0 ;;  # cannot be told; its tests will skip or say so
  esac
}

missing=()  # indices
if command -v dpkg-query >/dev/null; then
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${packages[@]}" 2>/dev/null || true)
  for i in "${!packages[@]}"; do
    [[ $'\n'$installed$'\n' == *$'\n'"installed ${packages[i]}"$'\n'* ]] || missing+=("$i")
  done
else
  for i in "${!packages[@]}"; do present "${probes[i]}" || missing+=("$i"); done
fi
[[ ${#missing[@]} -eq 0 ]] && exit 0

# On a system that is not Debian 12: whose names these are.
say_whose_names() {
  local ID='' VERSION_ID='' PRETTY_NAME='' file=${SAMEHAND_OS_RELEASE:-/etc/os-release}
  # shellcheck source=/dev/null
  [[ ! -r $file ]] || . "$file"
  if [[ $ID != debian || $VERSION_ID != 12 ]]; then
    say "these are the names of Debian 12's packages; this system is ${PRETTY_NAME:-unknown}, where they may differ"
  fi
}

list_missing() {
  for i in "${missing[@]}"; do printf '  %-26s for %s\n' "${packages[i]}" "${purposes[i]}" >&2; done
}
names=()
for i in "${missing[@]}"; do names+=("${packages[i]}"); done

if ! command -v apt-get >/dev/null; then
  say "this system has no apt-get. Missing:"
  list_missing
  say_whose_names
  say "install them, then start again"
  exit 1
fi
as_root=()
if [[ $(id -u) -ne 0 ]]; then
  if ! command -v sudo >/dev/null || ! sudo -n true 2>/dev/null; then
    say "missing:"
    list_missing
    say_whose_names
    say "this needs root; run:  sudo apt-get install -y --no-install-recommends ${names[*]}"
    exit 1
  fi
  as_root=(sudo -n)
fi

say "installing:"
list_missing
log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=600 "$@" >>"$log" 2>&1 </dev/null; }
# The package lists may be absent or too old: only then are they fetched.
if ! apt install --no-install-recommends "${names[@]}"; then
  say "fetching the package lists"
  if ! apt update || ! apt install --no-install-recommends "${names[@]}"; then
    tail -n 30 "$log" >&2
    say "the packages could not be installed (see above). Missing:"
    list_missing
    say_whose_names
    exit 1
  fi
fi
