#!/usr/bin/env bash
# shellcheck disable=SC1091,SC2154 # the settings
# The first thing that runs within the guest, or within the chroot, once its services are up: makes the repo appear where it lies
# on the host, runs the command there, and leaves its exit code. /job is a folder of the host; scripts/guest/boot.sh wrote it.

. /job/settings

in_guest() {
  [ -e /dev/ttyS0 ] && grep -q '^none /job hostfs' /proc/mounts
}

# What is written to the first serial line arrives in /job/output on the host.
open_output() {
  if in_guest; then
    stty -F /dev/ttyS0 raw -echo
    exec >/dev/ttyS0 2>&1
  else
    exec >>/job/output 2>&1
  fi
}

mount_repo() {
  in_guest || return 0
  mkdir -p "$guest_repo" && mount -t hostfs none "$guest_repo" -o hostfs=/host/repo,ro || return 1
  [ "$guest_modules" = "$guest_repo/node_modules" ] && return 0
  mkdir -p "$guest_modules" && mount -t hostfs none "$guest_modules" -o hostfs=/host/node_modules,ro
}

# Some kernels know only the old tables.
choose_iptables() {
  local name
  iptables -t nat -N guest-probe 2>/dev/null && iptables -t nat -X guest-probe && return 0
  for name in iptables ip6tables; do update-alternatives --set "$name" "/usr/sbin/$name-legacy" >/dev/null; done
}

start_docker() {
  local _
  # In the guest systemd has started it.
  in_guest && return 0
  ip link set lo up
  . /etc/default/docker
  # A name to find the cgroups by, should all this be killed.
  # shellcheck disable=SC2086 # a list of options
  dockerd $DOCKER_OPTS --cgroup-parent="/$guest_run" >/job/dockerd.log 2>&1 &
  for _ in $(seq 150); do
    docker info >/dev/null 2>&1 && return 0
    sleep 0.2
  done
  tail -n 20 /job/dockerd.log
  return 1
}

open_output
export HOME=/root TMPDIR=/var/tmp PATH=$guest_modules/.bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
code=125
if mount_repo && choose_iptables && start_docker && cd "$guest_repo"; then
  printf 'guest: Linux %s, docker %s, up for %s s\n' "$(uname -r)" "$(docker version --format '{{.Server.Version}}')" "$(cut -d ' ' -f 1 /proc/uptime)"
  # A pipe, for else programs take the serial line for a terminal.
  bash -c "$(</job/command)" </dev/null 2>&1 | cat
  code=${PIPESTATUS[0]}
fi
printf '%s\n' "$code" >/job/exit-code
sync
