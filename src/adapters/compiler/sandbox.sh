# Lays out a small world, goes to live in it, and runs one program there. Runs as the first process of new namespaces, as
# their root. Arguments: the empty folder for the world, the folder of the workload, the most bytes that may be written,
# the program's file where it lies outside of the system ('' else), and the program with its arguments.
set -eu
root=$1
workload=$2
bytes=$3
tool=$4
shift 4
mount -t tmpfs -o mode=755,nosuid,nodev,size=1m tmpfs "$root"
cd "$root"
mkdir dev etc in old proc tmp tool

# seal <path>: nobody writes through it, and no program of it changes who one is.
seal() {
  mount -o remount,bind,ro,nosuid,nodev "$1"
}

for name in usr bin sbin lib lib32 lib64 libx32 nix/store; do
  if [ -L "/$name" ]; then
    ln -s "$(readlink "/$name")" "$name"
  elif [ -d "/$name" ]; then
    mkdir -p "$name"
    mount --rbind "/$name" "$name"
    seal "$name"
  fi
done
if [ -e /etc/ld.so.cache ]; then
  : >etc/ld.so.cache
  mount --bind /etc/ld.so.cache etc/ld.so.cache
  seal etc/ld.so.cache
fi
if [ -d /etc/alternatives ]; then
  mkdir etc/alternatives
  mount --bind /etc/alternatives etc/alternatives
  seal etc/alternatives
fi
for name in null zero full random urandom; do
  : >"dev/$name"
  mount --bind "/dev/$name" "dev/$name"
done
mount --bind "$workload" in
seal in
if [ -n "$tool" ]; then
  : >"tool/${tool##*/}"
  mount --bind "$tool" "tool/${tool##*/}"
  seal "tool/${tool##*/}"
fi
mount -t proc -o nosuid,nodev,noexec proc proc
mount -t tmpfs -o mode=1777,nosuid,nodev,size="$bytes",nr_inodes=200000 tmpfs tmp
mkdir -m 777 tmp/work

pivot_root . old
cd /
umount -l old
rmdir old
seal /
cd /tmp/work
# This shell stays the first process: with it, everything ends that the program left behind.
status=0
"$@" || status=$?
exit "$status"
