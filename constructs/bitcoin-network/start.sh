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

# login_problem: prints why nodes cannot accept the login of the Secret, if so.
login_problem() {
  case $BC_RPC_USER in
    '') echo 'BC_RPC_USER in the Secret is empty: set a value' ;;
    *'#'* | *'
'*) echo "BC_RPC_USER in the Secret contains '#' or a newline, which bitcoin.conf cannot hold: use another name" ;;
    [[:space:]]* | *[[:space:]]) echo 'BC_RPC_USER in the Secret starts or ends with whitespace, which bitcoind drops: use another name' ;;
    *:*) echo "BC_RPC_USER in the Secret contains ':', which ends the user name in HTTP: use another name" ;;
    __cookie__ | "$(sed -n 's/^rpcauth=\([^:]*\):.*/\1/p' "$etc/bitcoin.conf")")
      echo 'BC_RPC_USER in the Secret is a reserved name: use another name' ;;
    *'$'*) ! needs_hash || echo "BC_RPC_USER in the Secret contains '\$', which the hash of this password cannot follow: use another name" ;;
  esac
  if [ -z "$BC_RPC_PASSWORD" ]; then
    echo 'BC_RPC_PASSWORD in the Secret is empty: set a value'
  elif needs_hash && ! command -v sha256sum >/dev/null; then
    echo 'BC_RPC_PASSWORD in the Secret needs sha256sum, which the image does not have: use a password without # and line breaks'
  fi
}

# needs_hash: whether a line of bitcoin.conf cannot hold the password itself.
needs_hash() {
  case $BC_RPC_PASSWORD in
    *'#'* | *'
'* | [[:space:]]* | *[[:space:]]) ;;
    *) return 1 ;;
  esac
}

# login_lines: prints the login as lines of bitcoin.conf. Without rpcuser, bitcoind
# writes a cookie, which bitcoin-cli reads.
login_lines() {
  if needs_hash; then
    salt=$(head -c 32 /dev/urandom | sha256 | sed 's/^\(.\{32\}\).*/\1/')
    printf 'rpcauth=%s:%s$%s\n' "$BC_RPC_USER" "$salt" "$(hmac_sha256 "$salt" "$BC_RPC_PASSWORD")"
  else
    printf 'rpcuser=%s\nrpcpassword=%s\n' "$BC_RPC_USER" "$BC_RPC_PASSWORD"
  fi
}

# update_login: writes the login to a file. If nodes cannot accept it, the login
# that this pod had before stays, so that a bad Secret ends no running node.
update_login() {
  problem=$(login_problem)
  if [ -z "$problem" ]; then
    login_lines >"$run/login"
  elif has_login; then
    echo "start.sh: $problem; until then, the node accepts the login that it had before" >&2
  else
    fail "$problem"
  fi
}

# has_login: whether the pod had a login before. Pods of release 0.1.0 have it in
# bitcoin.conf only.
has_login() {
  if [ ! -e "$run/login" ] && [ -e "$run/bitcoin.conf" ]; then
    sed -n -e '/^rpcuser=/p' -e '/^rpcpassword=/p' "$run/bitcoin.conf" >"$run/login"
  fi
  [ -s "$run/login" ]
}

sha256() {
  sha256sum | sed 's/ .*//'
}

# hmac_sha256 KEY TEXT: prints the HMAC-SHA-256 in hexadecimal. KEY has at most 64
# ASCII characters.
hmac_sha256() {
  inner=$({ xor_pad "$1" 54; printf '%s' "$2"; } | sha256)
  { xor_pad "$1" 92; unhex "$inner"; } | sha256
}

# xor_pad KEY BYTE: prints the key, padded to 64 bytes, with each byte XORed.
xor_pad() {
  rest=$1 size=64 bytes=
  while [ "$size" -gt 0 ]; do
    code=0
    if [ -n "$rest" ]; then
      code=$(printf '%d' "'$rest")
      rest=${rest#?}
    fi
    bytes="$bytes\\0$(printf '%03o' $((code ^ $2)))"
    size=$((size - 1))
  done
  printf '%b' "$bytes"
}

# unhex HEX: prints the bytes of a hexadecimal text.
unhex() {
  rest=$1 bytes=
  while [ -n "$rest" ]; do
    tail=${rest#??}
    bytes="$bytes\\0$(printf '%03o' "0x${rest%"$tail"}")"
    rest=$tail
  done
  printf '%b' "$bytes"
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
    cat "$run/login"
  fi
  for peer in $(sed -n "s/^$node: *//p" "$etc/peers"); do
    echo "addnode=$network-sts-$peer.$network-svc:$p2p_port"
  done
}

find_program bitcoind >/dev/null
# The order matters: a ConfigMap with a new bitcoin.conf lists the old revisions.
config=$(cat "$etc/bitcoin.conf")
revision=$(revision_options)
[ -z "${BC_RPC_USER+set}" ] || update_login
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
