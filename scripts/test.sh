#!/usr/bin/env bash
# Every check and every test: set-up, static checks, unit and integration tests (one with a real Prometheus), conformance of
# cri-ferry on Docker and of Debian's containerd (which proves the suite), streams with Kubernetes' own clients, faults and the
# benchmarks in their short form, suites in a guest machine with systemd (CRI_FERRY_GUEST=make|auto|skip). The last line is
# `N passed, N failed`.
set -uo pipefail

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=scripts/setup.sh
. scripts/setup.sh
# shellcheck source=scripts/steps.sh
. scripts/steps.sh

work=$(mktemp -d /var/tmp/cri-ferry-test-XXXXXX)
export TMPDIR=$work
steps_begin "$work"

clean() {
  trap - EXIT
  trap '' INT TERM
  steps_stop
  setup_stop_dockerd
  local mount
  # What a killed test left mounted lies below our own folder.
  awk -v folder="$work/" 'index($5, folder) == 1 {print $5}' /proc/self/mountinfo | tac |
    while read -r mount; do umount -l "$mount"; done
  rm -rf "$work"
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

setup_install || exit 1
setup_dockerd "$work/dockerd" || exit 1
PATH=$PWD/node_modules/.bin:$PATH

node test/harness/leak-check.ts save "$work/before.json" || exit 1

for check in gen types lint format unused; do
  step "check: $check" npm run --silent "check:$check"
done
step "unit tests" npm test --silent
step "integration tests and contract" npm run --silent test:integration
step "conformance: cri-ferry on Docker" node test/conformance/run.ts --start cri-ferry
step "conformance: containerd" node test/conformance/run.ts --start containerd
step "streams with Kubernetes' own clients" npm run --silent test:interop
step "faults, short" npm run --silent faults
step "benchmark, short, for the figures" npm run --silent bench -- --short --against containerd

# A machine with systemd and cgroup v2: run where it is made already, since making it takes minutes and Debian's mirror.
guest=${CRI_FERRY_GUEST:-auto}
if [ "$guest" = make ] || { [ "$guest" = auto ] && scripts/guest.sh --made; }; then
  step "guest with systemd and cgroup v2, short" env "CRI_FERRY_GUEST_MINUTES=${CRI_FERRY_GUEST_MINUTES:-20}" scripts/guest.sh --short
else
  printf '\n== guest with systemd and cgroup v2: skipped, CRI_FERRY_GUEST is %s (auto: run it if it is made; make: make it)\n' "$guest"
fi

step "benchmark of streams, short, for the figures" npm run --silent bench:streaming -- --short --engines ''
step "nothing is left behind" node test/harness/leak-check.ts compare "$work/before.json"

steps_end
