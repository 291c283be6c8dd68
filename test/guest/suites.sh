#!/usr/bin/env bash
# Runs within the guest or the chroot, by scripts/guest.sh: suites against cri-ferry on the docker there. The last line is
# `N passed, N failed`.
#   test/guest/suites.sh short|full
set -uo pipefail

cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=scripts/steps.sh
. scripts/steps.sh

work=$(mktemp -d)
trap 'steps_stop; rm -rf "$work"' EXIT
steps_begin "$work"

# What reads or writes cgroups, or asks docker for what only newer ones have.
groups=stats.test,metrics,container-config,container-status,sandbox-settings,mounts,security-privileges
integration=(test/integration/{docker-contract,docker-stats,cgroup-writing,image-volumes}.test.ts)

# leave_out NAME REASON: not this test of test/integration.
leave_out() {
  local kept=() path
  for path in "${integration[@]}"; do [ "$path" = "test/integration/$1.test.ts" ] || kept+=("$path"); done
  integration=("${kept[@]}")
  printf 'left out: integration test %s, for %s\n' "$1" "$2"
}

if [ "$1" = full ]; then
  step "conformance" node test/conformance/run.ts --start cri-ferry
  integration=(test/integration/*.test.ts)
  command -v prometheus >/dev/null || leave_out prometheus 'this machine has no Prometheus'
  iptables -t nat -S >/dev/null 2>&1 || leave_out network 'this kernel has no NAT'
else
  step "conformance: ${groups//,/, }" node test/conformance/run.ts --start cri-ferry --only "$groups"
fi
step "unit tests that read the kernel" node --test 'src/host/**/*.test.ts' 'src/stats/**/*.test.ts'
step "integration" node --test --test-concurrency=1 "${integration[@]}"
steps_end
