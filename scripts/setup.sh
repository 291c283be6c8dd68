#!/usr/bin/env bash
# Makes a Debian or Ubuntu machine fit to run cri-ferry's tests and demo: installs what is missing and starts dockerd where none
# answers. Doing it again changes nothing. Alone it installs only; test.sh and demo.sh source it and call
#   setup_install            packages and npm modules
#   setup_dockerd FOLDER     a dockerd with its data below FOLDER, where none answers
#   setup_stop_dockerd       ends that one, if it was ours

setup_repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
setup_dockerd_pid=

# command or file that shows that a package is there, and the package
setup_needs=(
  dockerd:docker.io
  docker:docker-cli
  containerd:containerd
  runc:runc
  conmon:conmon
  /usr/lib/cni/bridge:containernetworking-plugins
  ip:iproute2
  iptables:iptables
  nft:nftables
  socat:socat
  unshare:util-linux
  tar:tar
  docker-registry:docker-registry
  skopeo:skopeo
  jq:jq
  ps:procps
  openssl:openssl
  promtool:prometheus
)

# The same for what tests do without where it cannot be had; they say so
setup_wishes=(
  go:golang-go
  kubectl:kubernetes-client
)

# What test/interop is built with where the distribution's Go is older: Go's releases are modules of its own proxy.
setup_go_version=1.26.8

setup_say() {
  printf '%s\n' "setup: $*"
}

setup_has() {
  case $1 in
    /*) [ -e "$1" ] ;;
    *) command -v "$1" >/dev/null 2>&1 ;;
  esac
}

# Whether /bin/busybox runs in an empty root file system.
setup_busybox_is_static() {
  [ -x /bin/busybox ] && ! ldd /bin/busybox >/dev/null 2>&1
}

# setup_missing COMMAND:PACKAGE…: the packages whose command is not there
setup_missing() {
  local need
  for need in "$@"; do
    setup_has "${need%%:*}" || printf '%s\n' "${need##*:}"
  done
}

setup_missing_packages() {
  setup_missing "${setup_needs[@]}"
  setup_busybox_is_static || printf 'busybox-static\n'
  setup_has npm || printf 'nodejs\nnpm\n'
}

# Debian 12 and Ubuntu have docker's client in docker.io, Debian 13 in a package of its own.
setup_known_packages() {
  local package
  while read -r package; do
    if apt-cache show "$package" >/dev/null 2>&1; then printf '%s\n' "$package"; fi
  done
}

setup_packages() {
  local missing
  missing=$(setup_missing_packages)
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" -ne 0 ] || ! setup_has apt-get; then
    setup_say "missing, and only root with apt-get can install it:" "$(tr '\n' ' ' <<<"$missing")"
    return 1
  fi
  apt-get update -qq
  missing=$(setup_known_packages <<<"$missing" | tr '\n' ' ')
  setup_say "installing from the distribution: $missing"
  # shellcheck disable=SC2086 # a list of package names
  setup_quietly apt-get install -qq --no-install-recommends $missing >/dev/null
}

# setup_quietly COMMAND…: Debian starts the services that it installs, now and at each boot; of Prometheus only the programs are wanted.
# A policy that is there already is left as it is.
setup_quietly() (
  policy=/usr/sbin/policy-rc.d
  had_unit=$(setup_prometheus_unit)
  if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    trap 'exit 130' INT TERM
    # shellcheck disable=SC2016 # the policy's own parameter
    printf '#!/bin/sh\ncase $1 in prometheus | prometheus.service) exit 101 ;; esac\n' >"$policy"
    chmod 755 "$policy"
  fi
  DEBIAN_FRONTEND=noninteractive "$@" || exit
  if [ -z "$had_unit" ] && [ -n "$(setup_prometheus_unit)" ] && setup_has systemctl; then
    systemctl --quiet disable prometheus.service >/dev/null 2>&1 || true
  fi
)

setup_prometheus_unit() {
  ls /lib/systemd/system/prometheus.service 2>/dev/null
}

setup_npm() {
  local lock=$setup_repo/node_modules/.package-lock.json
  [ "$lock" -nt "$setup_repo/package-lock.json" ] && [ -x "$setup_repo/node_modules/.bin/node" ] && return 0
  setup_say "installing npm modules, Node among them (npm ci)"
  (cd "$setup_repo" && npm ci --no-audit --loglevel=error)
}

setup_wished_packages() {
  local missing package
  missing=$(setup_missing "${setup_wishes[@]}")
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" -eq 0 ] && setup_has apt-get; then
    apt-get update -qq || true
    for package in $(setup_known_packages <<<"$missing"); do
      setup_say "installing from the distribution: $package"
      setup_quietly apt-get install -qq --no-install-recommends "$package" >/dev/null || true
    done
  fi
  missing=$(setup_missing "${setup_wishes[@]}")
  [ -z "$missing" ] || setup_say "could not be installed, so that some tests will be skipped:" "$(tr '\n' ' ' <<<"$missing")"
}

# Puts a Go that can build test/interop into PATH. Without one its tests are skipped and say so; nothing else needs it.
setup_go() {
  local wanted go_root
  wanted=$(awk '$1 == "go" {print $2}' "$setup_repo/test/interop/go/go.mod")
  setup_go_is_at_least "$wanted" && return 0
  if ! setup_has go; then
    setup_say "there is no Go: tests of test/interop will be skipped"
    return 0
  fi
  setup_say "Go $setup_go_version from Go's module proxy, since the distribution's is older than $wanted"
  go_root=$(setup_go_download) || {
    setup_say "it could not be fetched: tests of test/interop will be skipped"
    return 0
  }
  # A module's files are never executable, and its folder is read only.
  chmod u+w "$go_root"/bin "$go_root"/pkg/tool/* "$go_root"/bin/* "$go_root"/pkg/tool/*/*
  chmod +x "$go_root"/bin/* "$go_root"/pkg/tool/*/*
  export PATH=$go_root/bin:$PATH
}

setup_go_is_at_least() {
  local present
  present=$(GOTOOLCHAIN=local go version 2>/dev/null | sed -n 's/^go version go\([0-9.]*\).*/\1/p')
  [ -n "$present" ] && printf '%s\n%s\n' "$1" "$present" | sort --version-sort --check=quiet
}

# Prints the folder; the go command compares what it gets with Go's checksum database.
setup_go_download() {
  local module
  module="golang.org/toolchain@v0.0.1-go$setup_go_version.$(go env GOOS)-$(go env GOARCH)"
  (cd / && GOTOOLCHAIN=local GOFLAGS='' go mod download -json "$module") | jq --exit-status --raw-output .Dir
}

setup_install() {
  # Where Go's own archive is unpacked.
  [ ! -x /usr/local/go/bin/go ] || PATH=$PATH:/usr/local/go/bin
  setup_packages && setup_npm && setup_wished_packages && setup_go
}

setup_dockerd() {
  docker info >/dev/null 2>&1 && return 0
  local folder=$1 _
  mkdir -p "$folder"
  setup_say "no dockerd answers: starting one, with its data in $folder"
  setsid dockerd --data-root "$folder/data" --exec-root "$folder/exec" --pidfile "$folder/pid" \
    --bridge=none --iptables=false >"$folder/log" 2>&1 &
  setup_dockerd_pid=$!
  for _ in $(seq 150); do
    docker info >/dev/null 2>&1 && return 0
    kill -0 "$setup_dockerd_pid" 2>/dev/null || break
    sleep 0.2
  done
  setup_say "dockerd did not start:"
  tail -n 20 "$folder/log"
  return 1
}

setup_stop_dockerd() {
  # Whatever runs in another dockerd is not ours.
  { [ -n "$setup_dockerd_pid" ] && kill -0 "$setup_dockerd_pid" 2>/dev/null; } || return 0
  local left
  left=$(docker ps --quiet --all 2>/dev/null)
  # shellcheck disable=SC2086 # a list of ids
  [ -z "$left" ] || docker rm --force $left >/dev/null 2>&1
  kill "$setup_dockerd_pid" 2>/dev/null
  wait "$setup_dockerd_pid" 2>/dev/null
  setup_dockerd_pid=
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  set -eu
  setup_install
fi
