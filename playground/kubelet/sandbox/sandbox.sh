# Runs as process 1 of a container's new namespaces, makes its root, and becomes its program.
#
#   sandbox.sh SCRATCH HOSTNAME WORKDIR SETPRIV PROGRAM [ARG...]
#
# SCRATCH holds the folder `root` and the table of its mounts, `fstab`. Said on stderr: the id of
# this process on the machine, once the pipes `stdout` and `stderr` in SCRATCH are there for a
# reader; `ok` before the program takes over; or else what went wrong. The environment is the
# program's, which is why its PATH is put aside for the tools.
scratch=$1 hostname=$2 workdir=$3 setpriv=$4
shift 4
tool() { PATH=/usr/bin:/usr/sbin:/bin:/sbin "$@"; }

tool mkfifo "$scratch/stdout" "$scratch/stderr" || exit 125
# /proc is still the machine's.
read -r pid rest </proc/self/stat && echo "$pid" >&2
exec >"$scratch/stdout" 3>"$scratch/stderr"

tool mount -n -a -T "$scratch/fstab" >&2 || exit 125
# Its absence is no reason to fail: HOSTNAME and /etc/hostname tell the name as well.
tool hostname "$hostname" 2>/dev/null
cd "$scratch/root" && tool pivot_root . .old && tool umount -l /.old && cd "$workdir" || exit 125
command -v -- "$1" >/dev/null || {
  echo "exec: \"$1\": executable file not found in \$PATH" >&2
  exit 127
}
echo ok >&2
# User 0 of a container has no capability: it can neither mount nor undo a read-only mount.
exec "$setpriv" --nnp --inh-caps=-all --bounding-set=-all -- "$@" 2>&3 3>&-
