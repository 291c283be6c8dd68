#!/usr/bin/env bash
# Every check and every test: set-up, static checks, unit and integration tests (one with a real Prometheus), conformance of
# cri-ferry on Docker and of Debian's containerd (which proves the suite), streams with Kubernetes' own clients, faults and the
# benchmarks in their short form. The last line is `N passed, N failed`.
set -uo pipefail

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=scripts/setup.sh
. scripts/setup.sh

work=$(mktemp -d /var/tmp/cri-ferry-test-XXXXXX)
export TMPDIR=$work
passed=0
failed=0
broken=()
step_pid=

# Ends a step that runs: it gets time to clean up, then no more.
stop_step() {
  [ -n "$step_pid" ] || return 0
  kill -TERM -- "-$step_pid" 2>/dev/null
  local _
  for _ in $(seq 150); do
    kill -0 -- "-$step_pid" 2>/dev/null || return 0
    sleep 0.2
  done
  kill -KILL -- "-$step_pid" 2>/dev/null
}

clean() {
  trap - EXIT
  trap '' INT TERM
  stop_step
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

# step NAME COMMAND…: runs it, shows it, and adds up what it counted; a command that counts nothing is one test.
step() {
  local name=$1 code good bad
  shift
  printf '\n== %s\n' "$name"
  : >"$work/out"
  setsid --wait "$@" >>"$work/out" 2>&1 &
  step_pid=$!
  tail -n +1 -f --pid="$step_pid" "$work/out"
  wait "$step_pid"
  code=$?
  step_pid=
  good=$(counted pass "$work/out")
  bad=$(($(counted fail "$work/out") + $(counted cancelled "$work/out")))
  if [ $((good + bad)) -eq 0 ]; then
    if [ "$code" -eq 0 ]; then good=1; else bad=1; fi
  elif [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; then
    bad=1
  fi
  passed=$((passed + good))
  failed=$((failed + bad))
  [ "$bad" -eq 0 ] || broken+=("$name")
}

# The sum of what node:test says at the end of each run: `ℹ pass 3`.
counted() {
  sed 's/\x1b\[[0-9;]*m//g' "$2" | awk -v kind="$1" '$1 == "ℹ" && $2 == kind {sum += $3} END {print sum + 0}'
}

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
step "faults, short" npm run --silent faults
step "benchmark, short, for the figures" npm run --silent bench -- --short --against containerd
step "nothing is left behind" node test/harness/leak-check.ts compare "$work/before.json"

printf '\n'
for name in ${broken[@]+"${broken[@]}"}; do printf 'failed: %s\n' "$name"; done
printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
