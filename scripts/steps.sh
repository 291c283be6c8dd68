#!/usr/bin/env bash
# Steps of a test run, sourced by the scripts that run several suites:
#   steps_begin FOLDER    a step's output goes through a file there
#   step NAME COMMAND…    runs it, shows it, and adds up what it counted; a command that counts nothing is one test
#   steps_stop            ends the step that runs
#   steps_end             what failed, and as the last line `N passed, N failed`; fails if anything did

steps_passed=0
steps_failed=0
steps_broken=()
steps_pid=

steps_begin() {
  steps_output=$1/out
}

# Ends a step that runs: it gets time to clean up, then no more.
steps_stop() {
  [ -n "$steps_pid" ] || return 0
  kill -TERM -- "-$steps_pid" 2>/dev/null
  local _
  for _ in $(seq 150); do
    kill -0 -- "-$steps_pid" 2>/dev/null || return 0
    sleep 0.2
  done
  kill -KILL -- "-$steps_pid" 2>/dev/null
}

step() {
  local name=$1 code good bad
  shift
  printf '\n== %s\n' "$name"
  : >"$steps_output"
  setsid --wait "$@" >>"$steps_output" 2>&1 &
  steps_pid=$!
  tail -n +1 -f --pid="$steps_pid" "$steps_output"
  wait "$steps_pid"
  code=$?
  steps_pid=
  good=$(steps_counted pass)
  bad=$(($(steps_counted fail) + $(steps_counted cancelled)))
  if [ $((good + bad)) -eq 0 ]; then
    if [ "$code" -eq 0 ]; then good=1; else bad=1; fi
  elif [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; then
    bad=1
  fi
  steps_passed=$((steps_passed + good))
  steps_failed=$((steps_failed + bad))
  [ "$bad" -eq 0 ] || steps_broken+=("$name")
}

# The sum of what node:test says at the end of each run: `ℹ pass 3`.
steps_counted() {
  sed 's/\x1b\[[0-9;]*m//g' "$steps_output" | awk -v kind="$1" '$1 == "ℹ" && $2 == kind {sum += $3} END {print sum + 0}'
}

steps_end() {
  local name
  printf '\n'
  for name in ${steps_broken[@]+"${steps_broken[@]}"}; do printf 'failed: %s\n' "$name"; done
  printf '%s passed, %s failed\n' "$steps_passed" "$steps_failed"
  [ "$steps_failed" -eq 0 ]
}
