#!/usr/bin/env bash
# Runs the suites in a guest machine that has what today's nodes have: systemd, cgroup v2 alone, AppArmor, Docker 26.1. The guest is
# User Mode Linux, so it needs no hypervisor; docs/guest.md tells more. Its files lie in a cache folder outside the repo.
set -uo pipefail

usage='scripts/guest.sh [--chroot] [--short] [-- COMMAND…]   runs the suites there, or the command
scripts/guest.sh --make | --made | --remove            makes the cache, tells whether it is made, removes it
  --chroot  no guest: the same Debian with its docker on the kernel of this machine
  --short   the suites that have to do with what differs there
settings by environment:
  CRI_FERRY_GUEST_CACHE    the cache folder; default XDG_CACHE_HOME or /var/cache, and cri-ferry-guest below
  CRI_FERRY_GUEST_KERNEL   the Debian suite of user-mode-linux; default sid
  CRI_FERRY_GUEST_MIRROR   a mirror of Debian; default the one that apt of this machine uses
  CRI_FERRY_GUEST_MEMORY   default 3G
  CRI_FERRY_GUEST_MINUTES  the guest is ended after so many; default 60'

guest_repo=$(cd "$(dirname "$0")/.." && pwd -P)
guest_modules=$(realpath "$guest_repo/node_modules")
guest_cache=${CRI_FERRY_GUEST_CACHE:-${XDG_CACHE_HOME:-/var/cache}/cri-ferry-guest}
guest_run=
where=guest_boot
what=full
verb=run
command=()

# shellcheck source=scripts/guest/machine.sh
. "$guest_repo/scripts/guest/machine.sh"
# shellcheck source=scripts/guest/boot.sh
. "$guest_repo/scripts/guest/boot.sh"

while [ $# -gt 0 ]; do
  case $1 in
    --chroot) where=guest_chroot ;;
    --short) what=short ;;
    --make | --made | --remove) verb=${1#--} ;;
    --) shift && command=("$@") && break ;;
    *) printf '%s\n' "$usage" && exit 2 ;;
  esac
  shift
done
[ ${#command[@]} -gt 0 ] || command=(bash test/guest/suites.sh "$what")

clean() {
  trap - EXIT
  trap '' INT TERM
  guest_stop
  [ -n "$guest_run" ] && guest_remove_cgroups && rm -rf "$guest_run"
}

# Runs share the cache; who makes or removes it has it alone.
run() {
  mkdir -p "$guest_cache" && exec 9>"$guest_cache/lock" || return 1
  guest_is_made || { alone && guest_make; } || return 1
  flock --shared 9
  trap clean EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  guest_run=$(mktemp -d "$guest_cache/run-XXXXXX") && "$where" "${command[@]}" 9>&-
}

alone() {
  flock --nonblock 9 || { guest_say "waiting for another run to end" && flock 9; }
}

make() {
  mkdir -p "$guest_cache" && exec 9>"$guest_cache/lock" && alone && guest_make
}

case $verb in
  run) run ;;
  make) make ;;
  made) guest_is_made ;;
  remove) [ ! -d "$guest_cache" ] || { exec 9>"$guest_cache/lock" && alone && rm -rf "$guest_cache"; } ;;
esac
