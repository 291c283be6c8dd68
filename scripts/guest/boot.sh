#!/usr/bin/env bash
# shellcheck disable=SC2154 # guest_cache and the others below
# One run of a command in the guest or in the chroot, sourced by scripts/guest.sh. Both are in a PID and a mount namespace of
# their own: nothing of them outlives its first process, no mount is seen outside. What they write lies below $guest_run.
# It needs guest_cache, guest_kernel, guest_repo, guest_modules (the real node_modules) and guest_run (an empty folder).
#   guest_boot COMMAND…     in the guest
#   guest_chroot COMMAND…   in Debian's tree on this machine's kernel, with a network namespace of its own
# Both print what the command prints and end as it does, with 125 if it never came to its end.

guest_memory=${CRI_FERRY_GUEST_MEMORY:-3G}
guest_minutes=${CRI_FERRY_GUEST_MINUTES:-60}

guest_write_job() {
  printf '%s=%q\n' guest_repo "$guest_repo" guest_modules "$guest_modules" guest_run "${guest_run##*/}" >"$guest_run/settings"
  printf '%q ' "$@" >"$guest_run/command"
  cp "$guest_repo/scripts/guest/start.sh" "$guest_run/start" && : >"$guest_run/output"
}

# guest_follow COMMAND…: runs it in the namespaces while the job's output is shown.
guest_follow() {
  # User Mode Linux often ends its power-off by a segmentation fault: the shell between says so on the console, not here.
  setsid bash -c 'timeout --foreground --signal=KILL "$@"; true' - "${guest_minutes}m" \
    unshare --mount --pid --fork --kill-child --propagation private "$@" </dev/null >"$guest_run/console" 2>&1 &
  guest_pid=$!
  # In the background: a signal interrupts `wait`, but not a program in the foreground.
  tail -n +1 -f --pid="$guest_pid" "$guest_run/output" &
  wait $!
  wait "$guest_pid"
  guest_pid=
  local code=125
  if [ -s "$guest_run/exit-code" ]; then
    code=$(<"$guest_run/exit-code")
  else
    guest_say "it ended before its command did; the end of what its console showed:"
    tail -n 40 "$guest_run/console" | cut -c 1-200
  fi
  return "$code"
}

guest_stop() {
  [ -n "${guest_pid:-}" ] || return 0
  # The first process of the PID namespace: shell, timeout, unshare are above it, and end with it.
  local first=$guest_pid _
  for _ in 1 2 3; do [ -z "$first" ] || first=$(ps -o pid= --ppid "$first" | tr -dc '0-9'); done
  { [ -n "$first" ] && kill -KILL "$first" 2>/dev/null; } || kill -KILL -- "-$guest_pid" 2>/dev/null
  wait "$guest_pid" 2>/dev/null
  guest_pid=
}

# Runs in the namespaces. What the kernel process sees of this machine: its own folder, the repo to read, the job.
guest_run_kernel() {
  local root=$1 node
  shift
  mount -t proc proc "$root/proc" && mount -t tmpfs -o mode=755 tmpfs "$root/dev" && mount -t tmpfs tmpfs "$root/tmp" || return 1
  for node in null zero random urandom; do
    : >"$root/dev/$node" && mount --bind "/dev/$node" "$root/dev/$node" || return 1
  done
  mount --bind "$guest_run" "$root/job" && mount -o bind,ro "$guest_repo" "$root/host/repo" &&
    mount -o bind,ro "$guest_modules" "$root/host/node_modules" && mount -o bind,ro "$guest_cache/image" "$root/host/image" &&
    # On the tmpfs lies the guest's memory.
    exec env -i "PATH=$PATH" TMPDIR=/tmp nice -n 10 chroot "$root" /linux.uml "$@" 3>>"$guest_run/output"
}

guest_boot() {
  guest_write_job "$@" || return 1
  export guest_run guest_repo guest_modules guest_cache
  export -f guest_run_kernel
  # What is written goes into a sparse file beside the image.
  local arguments=(
    "mem=$guest_memory" "ubd0=/job/written,/host/image" root=/dev/ubda rw seccomp=auto
    con=null "con0=null,fd:1" ssl=null "ssl0=null,fd:3" console=tty0 panic=-1 oops=panic
    "lsm=yama,apparmor,bpf" apparmor=1 umid=guest uml_dir=/tmp
  )
  guest_follow bash -c 'guest_run_kernel "$@"' - "$guest_cache/kernel-$guest_kernel" "${arguments[@]}"
}

# Runs in the namespaces, too: Debian's tree with an overlay for what is written, and docker's folders on the disk itself.
guest_run_chroot() {
  local tree=$guest_run/tree folder
  mkdir -p "$guest_run"/{upper,overlay,tree,docker,tmp} && chmod 1777 "$guest_run/tmp" &&
    mount -t overlay overlay -o "lowerdir=$1,upperdir=$guest_run/upper,workdir=$guest_run/overlay" "$tree" &&
    mkdir -p "$tree$guest_repo" "$tree$guest_modules" "$tree/var/lib/docker" || return 1
  mount -t proc proc "$tree/proc" && mount -t sysfs sysfs "$tree/sys" && mount --rbind /sys/fs/cgroup "$tree/sys/fs/cgroup" &&
    mount --rbind /dev "$tree/dev" || return 1
  for folder in run tmp; do mount -t tmpfs tmpfs "$tree/$folder" || return 1; done
  mount --bind "$guest_run/docker" "$tree/var/lib/docker" && mount --bind "$guest_run/tmp" "$tree/var/tmp" &&
    mount --bind "$guest_run" "$tree/job" && mount -o bind,ro "$guest_repo" "$tree$guest_repo" || return 1
  [ "$guest_modules" = "$guest_repo/node_modules" ] || mount -o bind,ro "$guest_modules" "$tree$guest_modules" || return 1
  # Not by chroot alone: what joins a container's mount namespace, such as an exec, would come out at the root above.
  mkdir "$tree/above" && cd "$tree" && pivot_root . above && umount -l /above && rmdir /above && mount --make-rshared / || return 1
  # Not exec: this shell is the first process, which waits for orphans.
  env -i "PATH=$PATH" nice -n 10 /bin/bash /job/start
}

# A killed dockerd leaves the cgroups of its containers.
guest_remove_cgroups() {
  find /sys/fs/cgroup -depth -type d -path "*/${guest_run##*/}*" -exec rmdir {} + 2>/dev/null
  return 0
}

guest_chroot() {
  guest_write_job "$@" || return 1
  export guest_run guest_repo guest_modules
  export -f guest_run_chroot
  guest_follow --net bash -c 'guest_run_chroot "$@"' - "$guest_cache/root"
}
