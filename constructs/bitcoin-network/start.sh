#!/bin/sh
# start.sh prepare: writes the node's bitcoin.conf and copies bitcoin-cli.
# start.sh:         writes bitcoin.conf again, because peers and credentials may
#                   have changed, and executes bitcoind. The other options are
#                   those of the pod's revision for as long as the pod exists.
#
# It needs POSIX sh and the tools that every image of bitcoind has. It is not part
# of the pod's checksum: a release that changes it restarts no node, and each node
# uses it from its next start on.
#
# It writes one file, because bitcoin-cli does not read includeconf. It writes the
# file in place, because the mount at /bitcoin.conf is bound to the inode. The
# last lines of its output become the container's termination message, which the
# controller copies into the network's conditions.
set -eu
umask 077
etc=/etc/bitcoin-network
run=/run/bitcoin-network
saved=$run/revision.conf
p2p_port=18444

# alice-sts-0 is node 0 of the default group, alice-sts-old-1 is node old-1.
network=${POD_NAME%-sts-*}
node=${POD_NAME#"$network-sts-"}

fail() {
  echo "start.sh: $*" >&2
  exit 1
}

find_program() {
  command -v "$1" || fail "the image has no $1 on its PATH: set spec.image to an image of Bitcoin Core"
}

# check_value KEY VALUE: fails if a line of bitcoin.conf cannot hold the value.
check_value() {
  [ -n "$2" ] || fail "$1 in the Secret is empty: set a value"
  case $2 in
    *'#'* | *'
'*) fail "$1 in the Secret contains '#' or a newline, which bitcoin.conf cannot hold: use another value" ;;
    [[:space:]]* | *[[:space:]]) fail "$1 in the Secret starts or ends with whitespace, which bitcoind drops: use another value" ;;
  esac
}

check_credentials() {
  check_value BC_RPC_USER "$BC_RPC_USER"
  check_value BC_RPC_PASSWORD "$BC_RPC_PASSWORD"
  case $BC_RPC_USER in
    *:*) fail "BC_RPC_USER in the Secret contains ':', which ends the user name in HTTP: use another name" ;;
    __cookie__ | "$(printf '%s\n' "$config" | sed -n 's/^rpcauth=\([^:]*\):.*/\1/p')")
      fail "BC_RPC_USER in the Secret is a reserved name: use another name" ;;
  esac
}

# bitcoind starts without an error if its file contains an unknown option.
check_options() {
  names=$(printf '%s\n' "$revision" | sed '1,/^# spec.config$/d; s/=.*//')
  [ -n "$names" ] || return 0
  known=" $(bitcoind -help-debug | sed -n 's/^  -\([a-z0-9]*\).*/\1/p' | tr '\n' ' ')"
  for name in $names; do
    case $known in
      *" $name "* | *" ${name#no} "*) ;;
      *) fail "spec.config.$name is not an option of this bitcoind: correct the name; bitcoind -help-debug lists all options" ;;
    esac
  done
}

# Prints the options of the pod's revision. The file in the ConfigMap may be that of
# a newer revision, so a pod saves its options at its first start. Before that, it
# takes those that the ConfigMap lists for its node, as for a pod of an old revision
# that is created during a rollout.
revision_options() {
  if [ -f "$saved" ]; then
    cat "$saved"
    return
  fi
  checksum=$(sed -n "s/^$node: *//p" "$etc/revisions" 2>/dev/null) || true
  if [ -n "$checksum" ] && [ -f "$etc/revision-$checksum" ]; then
    cat "$etc/revision-$checksum"
  else
    printf '%s\n' "$config" | sed '/^rpcauth=/d; /^rpcwhitelist=/d'
  fi
}

write_config() {
  printf '%s\n' "$revision" | sed '/^# spec.config$/,$d'
  printf '%s\n' "$config" | sed -n '/^rpcauth=/p; /^rpcwhitelist=/p'
  printf '%s\n' "$revision" | sed -n '/^# spec.config$/,$p'
  if [ -n "${BIND_ADDRESS-}" ]; then
    printf 'bind=%s\nrpcbind=%s\nrpcconnect=%s\n' "$BIND_ADDRESS" "$BIND_ADDRESS" "$BIND_ADDRESS"
  else
    # Not 0.0.0.0 and ::, because the second fails where the first covers IPv4 in IPv6.
    for address in 127.0.0.1 $(echo "$POD_IPS" | tr ',' ' '); do
      echo "rpcbind=$address"
    done
  fi
  if [ -n "${BC_RPC_USER+set}" ]; then
    printf 'rpcuser=%s\nrpcpassword=%s\n' "$BC_RPC_USER" "$BC_RPC_PASSWORD"
  fi
  for peer in $(sed -n "s/^$node: *//p" "$etc/peers"); do
    echo "addnode=$network-sts-$peer.$network-svc:$p2p_port"
  done
}

find_program bitcoind >/dev/null
# The order matters: a ConfigMap with a new bitcoin.conf lists the old revisions.
config=$(cat "$etc/bitcoin.conf")
revision=$(revision_options)
[ -z "${BC_RPC_USER+set}" ] || check_credentials
check_options
write_config >"$run/bitcoin.conf"
if [ "${1-}" = prepare ]; then
  cli=$(find_program bitcoin-cli)
  cp "$cli" "$run/bitcoin-cli"
  chmod 755 "$run/bitcoin-cli"
else
  if [ ! -f "$saved" ]; then
    printf '%s\n' "$revision" >"$saved.new"
    mv "$saved.new" "$saved"
  fi
  exec bitcoind -conf=/bitcoin.conf
fi
