# Runs as process 1 of a container's new namespaces, mounts the root, and executes the program.
#
#   sandbox.sh SCRATCH HOSTNAME WORKDIR SETPRIV PROGRAM [ARG...]
#
# SCRATCH holds the folder `root` and the list of its mounts, `fstab`. The script prints to stderr:
# - the process id on the machine, as soon as a reader can open the pipes `stdout` and `stderr` in
#   SCRATCH
# - `ok` before it executes the program, or an error
# The environment, including PATH, is the program's. The script's own tools use a fixed PATH.
scratch=$1 hostname=$2 workdir=$3 setpriv=$4
shift 4
tool() { PATH=/usr/bin:/usr/sbin:/bin:/sbin "$@"; }

tool mkfifo "$scratch/stdout" "$scratch/stderr" || exit 125
# Until pivot_root, /proc is the machine's.
read -r pid rest </proc/self/stat && echo "$pid" >&2
exec >"$scratch/stdout" 3>"$scratch/stderr"

tool mount -n -a -T "$scratch/fstab" >&2 || exit 125
# `hostname` is optional: HOSTNAME and /etc/hostname hold the name too.
tool hostname "$hostname" 2>/dev/null
cd "$scratch/root" && tool pivot_root . .old && tool umount -l /.old && cd "$workdir" || exit 125
command -v -- "$1" >/dev/null || {
  echo "exec: \"$1\": executable file not found in \$PATH" >&2
  exit 127
}
echo ok >&2
# Without capabilities, user 0 of a container cannot mount or make a read-only mount writable.
exec "$setpriv" --nnp --inh-caps=-all --bounding-set=-all -- "$@" 2>&3 3>&-
