#!/usr/bin/env bash
# setup.sh on systems that are not this one: stand-ins for dpkg-query, apt-get, id and sudo record what is asked of them.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
box=$(mktemp -d)
trap 'rm -rf "$box"' EXIT
fail() { echo "FAILED: $*" >&2; cat "$box/said" >&2; exit 1; }
export BOX=$box SAMEHAND_OS_RELEASE=$box/os-release
printf 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n' >"$box/os-release"

stand_in() { printf '#!/bin/sh\n%s\n' "$2" >"$box/bin/$1"; chmod +x "$box/bin/$1"; }
reset() {
  rm -rf "$box/bin" "$box/log" "$box/updated"; mkdir "$box/bin"; : >"$box/log"
  for tool in bash cat mktemp rm tail dirname env touch; do ln -s "$(command -v $tool)" "$box/bin/$tool"; done
  stand_in id "echo $1"
}
setup() { status=0; PATH=$box/bin bash "$here/setup.sh" "$@" >"$box/out" 2>"$box/said" </dev/null || status=$?; }
said() { grep -qF -- "$1" "$box/said" || fail "it did not say: $1"; }
asked() { grep -qF -- "$1" "$box/log" || fail "it did not run: $1"; }

reset 0  # everything there: silence
stand_in dpkg-query 'shift 3; for p in "$@"; do echo "installed $p"; done'
setup run; [[ $status -eq 0 && ! -s $box/said ]] || fail 'nothing missing'

reset 0  # two missing, as root
stand_in dpkg-query 'shift 3; for p in "$@"; do case $p in cmake|libfmt-dev) ;; *) echo "installed $p";; esac; done'
stand_in apt-get 'echo "$DEBIAN_FRONTEND $*" >>"$BOX/log"'
setup run; [[ $status -eq 0 && ! -s $box/out ]] || fail 'installing as root'
said 'cmake                      for configuring the build'
asked 'noninteractive -y -q -o DPkg::Lock::Timeout=600 install --no-install-recommends cmake libfmt-dev'
! grep -q update "$box/log" || fail 'it fetched the lists without need'

stand_in apt-get 'echo "$*" >>"$BOX/log"; case "$*" in *update*) touch "$BOX/updated";; *) [ -e "$BOX/updated" ];; esac'
: >"$box/log"; setup run; [[ $status -eq 0 ]] || fail 'without package lists'
asked update

stand_in apt-get 'echo "E: no network"; exit 100'
setup run; [[ $status -eq 1 ]] || fail 'apt fails'
said 'E: no network'; said 'libfmt-dev'
! grep -q 'names of Debian 12' "$box/said" || fail 'it explains Debian 12 to Debian 12'
printf 'ID=ubuntu\nVERSION_ID="22.04"\nPRETTY_NAME="Ubuntu 22.04.5 LTS"\n' >"$box/os-release"
setup run; [[ $status -eq 1 ]] || fail 'apt of another system fails'
said "these are the names of Debian 12's packages; this system is Ubuntu 22.04.5 LTS"

reset 1000  # a user with sudo, then one who would be asked for a password
stand_in dpkg-query 'exit 1'
stand_in apt-get 'echo "$*" >>"$BOX/log"'
stand_in sudo 'shift; echo "sudo $1" >>"$BOX/log"; [ "$1" = true ] || exec "$@"'
setup run; [[ $status -eq 0 ]] || fail 'with sudo'
asked 'sudo env'; asked 'g++'
! grep -q libgtest-dev "$box/log" || fail 'the test packages are not for running'
stand_in sudo 'exit 1'
setup test; [[ $status -eq 1 ]] || fail 'sudo that asks'
said 'sudo apt-get install -y --no-install-recommends'; said libgtest-dev

reset 1000  # another distribution: told by purpose, what is there is not asked for
stand_in cmake 'exit 0'
stand_in g++ 'cat >/dev/null'  # reads its input, or who writes it is killed
setup run; [[ $status -eq 1 ]] || fail 'another distribution'
said 'for opening archives and packages'; said 'no apt-get'; said 'this system is Ubuntu'
! grep -qE 'configuring the build|reading the command line' "$box/said" || fail 'it asks for what is there'

reset 0
setup nonsense; [[ $status -eq 2 ]] || fail 'usage'
echo "setup: all cases as expected"
