#!/bin/sh
# Runs a program of a root file system: inroot.sh ROOT USER [HOSTDIR GUESTDIR]... -- COMMAND...
# Started under `unshare --mount --propagation private`, so nothing stays mounted; every step replaces
# the one before, so pid, signals and exit code are the program's own.
set -eu
root=$1 user=$2
shift 2
mount --rbind /proc "$root/proc"
mount --rbind /sys "$root/sys"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mount -t tmpfs -o mode=0755 tmpfs "$root/run"
while [ "$1" != -- ]; do
  mkdir -p "$root$2"
  mount --bind "$1" "$root$2"
  shift 2
done
shift
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8
exec chroot --userspec="$user" "$root" "$@"
