#!/usr/bin/env bash
# shellcheck disable=SC2154 # guest_cache
# The guest machine as files, sourced by scripts/guest.sh. guest_make fills the cache folder $guest_cache with
#   root/            Debian, with docker and what the suites need; also the chroot of --chroot
#   image            root/ as an ext4 file system; runs write into copies
#   kernel-SUITE/    User Mode Linux with the two libraries that it needs, and its modules
# What lies there is made again when this file, or a setting, has changed. It needs root, apt-get and debootstrap.

guest_suite=trixie
# Linux 7.2 of sid catches system calls by seccomp, the 6.12 of trixie by ptrace: half as fast, but it has iptables.
guest_kernel=${CRI_FERRY_GUEST_KERNEL:-sid}
guest_image_size=8G
# Pods have their own network, and docker's needs a NAT that the kernel may not have.
guest_docker_options='--bridge=none --iptables=false --ip6tables=false'

guest_packages=(
  systemd systemd-sysv dbus kmod procps util-linux iproute2 iptables apparmor
  docker.io docker-cli containerd runc conmon containernetworking-plugins
  busybox-static docker-registry skopeo socat jq openssl tar
)

guest_say() {
  printf '%s\n' "guest: $*"
}

# The Debian mirror that this machine's apt uses.
guest_mirror() {
  local mirror=${CRI_FERRY_GUEST_MIRROR:-}
  # shellcheck disable=SC2016 # apt's own variable
  [ -n "$mirror" ] || mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' \
    'Origin: Debian' 'Label: Debian' 2>/dev/null | head -n 1)
  [ -n "$mirror" ] && printf '%s\n' "$mirror" && return 0
  guest_say "apt of this machine knows no mirror of Debian; set CRI_FERRY_GUEST_MIRROR" >&2
  return 1
}

guest_tools() {
  local missing=()
  command -v debootstrap >/dev/null || missing+=(debootstrap)
  command -v mke2fs >/dev/null || missing+=(e2fsprogs)
  [ -e /usr/share/keyrings/debian-archive-keyring.gpg ] || missing+=(debian-archive-keyring)
  [ ${#missing[@]} -eq 0 ] && return 0
  guest_say "installing from the distribution: ${missing[*]}"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# guest_stamp WHAT: changes with everything that WHAT is made of.
guest_stamp() {
  printf '%s %s\n' "$1" "$(sha256sum <"${BASH_SOURCE[0]}")"
}

# guest_fresh FOLDER: whether it was made by this very script.
guest_fresh() {
  [ "$(cat "$1/.stamp" 2>/dev/null)" = "$(guest_stamp "${1##*/}")" ]
}

guest_debootstrap() {
  local root=$1 log=$guest_cache/debootstrap.log packages
  packages=$(IFS=, && printf '%s' "${guest_packages[*]}")
  # It mounts /proc below the new root: in a mount namespace of its own nothing of that can stay.
  unshare --mount --propagation private debootstrap --variant=minbase --include="$packages" \
    --keyring=/usr/share/keyrings/debian-archive-keyring.gpg "$guest_suite" "$root" "$(guest_mirror)" >"$log" 2>&1 && return 0
  tail -n 20 "$log"
  return 1
}

# Services that a machine of one minute does not need, terminals above all: each would wait for a device.
guest_masked=(
  getty.target serial-getty@ttyS0.service systemd-logind.service systemd-timesyncd.service apt-daily.timer
  apt-daily-upgrade.timer fstrim.timer e2scrub_all.timer dpkg-db-backup.timer docker-registry.service
)

guest_configure() {
  local root=$1 name
  for name in "${guest_masked[@]}"; do ln -sf /dev/null "$root/etc/systemd/system/$name"; done
  printf 'cri-ferry-guest\n' >"$root/etc/hostname"
  printf '127.0.0.1 localhost cri-ferry-guest\n::1 localhost\n' >"$root/etc/hosts"
  : >"$root/etc/resolv.conf"
  : >"$root/etc/machine-id"
  printf 'none /usr/lib/modules hostfs hostfs=/modules,ro 0 0\nnone /job hostfs hostfs=/job 0 0\n' >"$root/etc/fstab"
  mkdir -p "$root/job" "$root/usr/lib/modules"
  # By arguments: tests start a dockerd with others, and the same in daemon.json would be a conflict.
  printf 'DOCKER_OPTS="%s"\n' "$guest_docker_options" >"$root/etc/default/docker"
  # A fork of a process that has io_uring's memory mapped, as Node has, damages the memory of User Mode Linux.
  printf 'kernel.io_uring_disabled = 2\n' >"$root/etc/sysctl.d/90-guest.conf"
  cat >"$root/etc/systemd/system/guest-job.service" <<'UNIT'
[Unit]
Description=What this machine was started for
After=multi-user.target
RequiresMountsFor=/job
[Service]
Type=oneshot
TasksMax=infinity
ExecStart=/bin/bash /job/start
ExecStopPost=/usr/bin/systemctl poweroff --force --force
UNIT
  ln -sf ../guest-job.service "$root/etc/systemd/system/multi-user.target.wants/guest-job.service"
  rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
}

guest_make_root() {
  local root=$guest_cache/root
  guest_fresh "$root" && [ -s "$guest_cache/image" ] && return 0
  guest_say "making Debian $guest_suite with docker in $guest_cache (about two minutes)"
  rm -rf "$root" "$guest_cache/image"
  guest_debootstrap "$root" && guest_configure "$root" || return 1
  # Without a loop device: mke2fs copies the tree itself.
  mke2fs -q -t ext4 -d "$root" -E lazy_itable_init=1,lazy_journal_init=1 "$guest_cache/image" "$guest_image_size" || return 1
  guest_stamp root >"$root/.stamp"
}

# guest_download SUITE FOLDER PACKAGE: by this machine's apt, with its way to the mirror but lists of its own.
guest_download() {
  local suite=$1 folder=$2 package=$3 apt mirror
  mirror=$(guest_mirror) || return 1
  mkdir -p "$folder"/{lists,cache}
  printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' "$mirror" "$suite" >"$folder/sources"
  apt=(apt-get -qq -o "Dir::Etc::SourceList=$folder/sources" -o Dir::Etc::SourceParts=/dev/null -o "Dir::State::Lists=$folder/lists"
    -o "Dir::Cache=$folder/cache" -o APT::Sandbox::User=root)
  "${apt[@]}" update && (cd "$folder" && "${apt[@]}" download "$package")
}

guest_make_kernel() {
  local kernel=$guest_cache/kernel-$guest_kernel root=$guest_cache/root download
  guest_fresh "$kernel" && return 0
  guest_say "fetching User Mode Linux of Debian $guest_kernel"
  download=$(mktemp -d "$guest_cache/download-XXXXXX") || return 1
  rm -rf "$kernel"
  mkdir -p "$kernel"/{dev,host/repo,host/node_modules,job,lib64,lib/x86_64-linux-gnu,proc,tmp} && : >"$kernel/host/image"
  guest_download "$guest_kernel" "$download" user-mode-linux && dpkg-deb -x "$download"/user-mode-linux_*.deb "$download/files" &&
    mv "$download/files/usr/bin/linux.uml" "$kernel/" && mv "$download/files/usr/lib/uml/modules" "$kernel/modules" &&
    # This machine's own C library may be too old for it.
    cp -L "$root/lib64/ld-linux-x86-64.so.2" "$kernel/lib64/" && cp -L "$root/lib/x86_64-linux-gnu/libc.so.6" "$kernel/lib/x86_64-linux-gnu/" &&
    guest_stamp "${kernel##*/}" >"$kernel/.stamp"
  local made=$?
  rm -rf "$download"
  return $made
}

guest_is_made() {
  guest_fresh "$guest_cache/root" && [ -s "$guest_cache/image" ] && guest_fresh "$guest_cache/kernel-$guest_kernel"
}

guest_make() {
  guest_is_made && return 0
  guest_tools && guest_make_root && guest_make_kernel
}
