#!/bin/sh
# Runs one Docker Engine in namespaces of its own and takes everything away again, even when the tests' process is killed:
# the end of standard input ends the engine, the kernel then ends all that lived in its process namespace (containerd, shims,
# containers) and drops its mounts and its network. Orders on standard input: "halt TERM", "halt KILL", "resume".
# Answers on standard output: "up", "halted".
# Usage: engine-warden.sh FOLDER NAME [dockerd arguments]
set -u
folder=$1
name=$2
if [ "${3:-}" != inside ]; then
  shift 2
  unshare --fork --pid --kill-child --mount-proc --mount --net sh "$0" "$folder" "$name" inside "$@"
  status=$?
  find /sys/fs/cgroup -depth -type d \( -name "$name" -o -path "*/$name/*" \) -exec rmdir {} + 2>/dev/null
  rm -rf "$folder"
  exit $status
fi
shift 3

ip link set lo up
mount --make-rshared / 2>/dev/null

resume() {
  rm -f "$folder/docker.pid" "$folder/docker.sock"
  dockerd --host "unix://$folder/docker.sock" --data-root "$folder/data" --exec-root "$folder/exec" \
    --pidfile "$folder/docker.pid" --cgroup-parent "/$name" --exec-opt native.cgroupdriver=cgroupfs \
    "$@" </dev/null >>"$folder/docker.log" 2>&1 &
  engine=$!
  echo up
}

resume "$@"
while read -r order signal; do
  case $order in
  halt)
    kill "-$signal" "$engine" 2>/dev/null
    wait "$engine" 2>/dev/null
    echo halted
    ;;
  resume) resume "$@" ;;
  *) echo "unknown order: $order" ;;
  esac
done
