#!/usr/bin/env bash
# A pod on this machine, from nothing: installs what is missing, starts dockerd if none answers and a cri-ferry of its own, makes
# an image out of the static busybox, runs examples/hello-pod.yaml, shows it, and removes everything that it made.
set -euo pipefail

cd "$(dirname "$0")/.."
# shellcheck source=scripts/setup.sh
. scripts/setup.sh

work=$(mktemp -d /var/tmp/cri-ferry-demo-XXXXXX)
bridge=cfdemo$((RANDOM % 10000))
images=()
ferry_pid=
endpoint=unix://$work/cri-ferry.sock

say() {
  printf '\n\033[1m# %s\033[0m\n' "$*"
}

ferry() {
  local verb=$1
  shift
  bin/cri-ferry "$verb" --endpoint "$endpoint" "$@"
}

# Shows a command, then runs it.
show() {
  printf '$ cri-ferry %s\n' "$*"
  ferry "$@"
}

clean() {
  trap - EXIT
  trap '' INT TERM
  set +e
  if [ -n "$ferry_pid" ]; then
    ferry rm --force hello >/dev/null 2>&1
    kill "$ferry_pid" 2>/dev/null
    wait "$ferry_pid" 2>/dev/null
  fi
  [ ${#images[@]} -eq 0 ] || docker rmi --force "${images[@]}" >/dev/null 2>&1
  ip link delete "$bridge" 2>/dev/null
  setup_stop_dockerd
  rm -rf "$work"
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# import_image NAME FOLDER CHANGE…: makes an image of a folder, without any registry.
import_image() {
  local name=$1 folder=$2 change
  shift 2
  local changes=()
  for change in "$@"; do changes+=(--change "$change"); done
  tar --create --numeric-owner --owner=0 --group=0 --directory "$folder" . | docker import "${changes[@]}" - "$name" >/dev/null
  images+=("$name")
}

make_images() {
  local tree=$work/tree applet
  mkdir -p "$tree"/{bin,dev,etc,proc,root,sys,tmp}
  cp /bin/busybox "$tree/bin/busybox"
  for applet in $(/bin/busybox --list); do
    [ -e "$tree/bin/$applet" ] || ln "$tree/bin/busybox" "$tree/bin/$applet"
  done
  echo 'root:x:0:0:root:/root:/bin/sh' >"$tree/etc/passwd"
  import_image cri-ferry.demo/busybox:1 "$tree" 'ENV PATH=/bin' 'CMD ["sh"]'
  # Waits for ever and collects orphans, as a pause image has to.
  import_image cri-ferry.demo/pause:1 "$tree" 'ENV PATH=/bin' \
    "ENTRYPOINT [\"sh\", \"-c\", \"trap 'exit 0' TERM INT; while :; do sleep 1000000 & wait; done\"]"
}

write_network() {
  mkdir -p "$work/net.d"
  cat >"$work/net.d/10-demo.conflist" <<CONFLIST
{
  "cniVersion": "0.4.0",
  "name": "$bridge",
  "plugins": [
    {
      "type": "bridge", "bridge": "$bridge", "isGateway": true,
      "ipam": {
        "type": "host-local", "dataDir": "$work/leases",
        "ranges": [[{"subnet": "10.253.253.0/24"}]], "routes": [{"dst": "0.0.0.0/0"}]
      }
    }
  ]
}
CONFLIST
}

start_ferry() {
  local _
  bin/cri-ferry serve --socket "$work/cri-ferry.sock" --root "$work/root" --run-root "$work/run" \
    --cni-conf-dir "$work/net.d" --cni-cache-dir "$work/cni-cache" --sandbox-image cri-ferry.demo/pause:1 \
    --metrics-address "" --admin-socket "$work/admin.sock" --log-format pretty >"$work/log" 2>&1 &
  ferry_pid=$!
  for _ in $(seq 100); do
    if ferry ps >/dev/null 2>&1; then return 0; fi
    kill -0 "$ferry_pid" 2>/dev/null || break
    sleep 0.1
  done
  cat "$work/log"
  return 1
}

# The log reaches its file a moment after it was written.
first_line() {
  local _
  for _ in $(seq 50); do
    if ferry logs hello 2>/dev/null | grep -q Hello; then return 0; fi
    sleep 0.1
  done
  return 1
}

setup_install
setup_dockerd "$work/dockerd"

say "Two images out of the static busybox, by docker import"
make_images
printf '%s\n' "${images[@]}"

say "The endpoint: bin/cri-ferry serve, with folders and a pod network of its own"
write_network
start_ferry
printf '%s\n' "$endpoint"

say "A pod from examples/hello-pod.yaml"
show run --log-root "$work/pods" examples/hello-pod.yaml
show ps

say "Its log, a command in it, what it uses"
first_line
show logs hello
show exec hello -- cat /etc/resolv.conf
show stats

say "Its end"
show stop hello
show ps
show logs hello
show rm hello
printf '\nDone. Nothing is left behind.\n'
