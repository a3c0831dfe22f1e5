#!/bin/sh
# Runs a command in the root file system of another release, through an overlay in memory, so that nothing of it changes.
# The mounts are those of the calling mount namespace, and end with it. It pivots: in a plain chroot `docker exec` lands in
# the host's root, because it joins the root of the mount namespace.
# Usage: unshare --mount [--pid ...] sh engine-root.sh ROOT COMMAND [arguments]
set -eu
root=$1
shift
place=$PWD
# One folder that every root has holds what the overlay needs.
mount -t tmpfs tmpfs "$root/mnt"
mkdir "$root/mnt/upper" "$root/mnt/work" "$root/mnt/root"
layers="lowerdir=$root,upperdir=$root/mnt/upper,workdir=$root/mnt/work"
mount -t overlay -o "$layers" overlay "$root/mnt/root"
cd "$root/mnt/root"
for folder in /dev /proc /sys; do
  mount --rbind "$folder" ".$folder"
done
# What tests write, and this checkout, lie at the same paths on both sides.
for folder in "${TMPDIR:-/tmp}" "$place"; do
  mkdir -p ".$folder"
  mount --bind "$folder" ".$folder"
done
cp -L /etc/resolv.conf /etc/hosts ./etc/
pivot_root . .
umount -l .
cd "$place"
exec "$@"
