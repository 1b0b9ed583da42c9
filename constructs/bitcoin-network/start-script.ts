import { regtest } from '../../bitcoin/chain.ts';
import { userOptionsMarker } from '../../bitcoin/config/config-file.ts';

/** Folder of the ConfigMap's files in both containers. */
export const configDirectory = '/etc/bitcoin-network';

/** Folder in memory for what the script writes: the final configuration and a copy of bitcoin-cli. */
export const runDirectory = '/run/bitcoin-network';

/**
 * The program of both containers, in POSIX sh with the tools that every image
 * of bitcoind has. It is not part of the checksum: a release that changes it
 * restarts no node, and the next start of each uses it.
 *
 * The configuration is one file, because bitcoin-cli reads no includeconf, and
 * it is written in place, because the mount at /bitcoin.conf is bound to the
 * inode. Whatever it prints before it ends becomes the container's termination
 * message, which the controller shows in the network's conditions.
 */
export const startScript = `#!/bin/sh
# start.sh prepare: writes the node's configuration and copies bitcoin-cli.
# start.sh:         writes the configuration again, for the peers and the login
#                   may be new, and becomes bitcoind.
set -eu
umask 077
etc=${configDirectory}
run=${runDirectory}

ordinal=\${POD_NAME##*-}
statefulset=\${POD_NAME%-*}
service=\${statefulset%-sts}-svc

fail() {
  echo "start.sh: $*" >&2
  exit 1
}

find_program() {
  command -v "$1" || fail "the image has no $1 on its PATH: use one of Bitcoin Core as spec.image"
}

# check_value KEY VALUE: what a line of bitcoin.conf cannot hold.
check_value() {
  [ -n "$2" ] || fail "$1 in the Secret is empty: give it a value"
  case $2 in
    *'#'* | *'
'*) fail "$1 in the Secret holds '#' or a newline, which bitcoin.conf cannot hold: use another value" ;;
    [[:space:]]* | *[[:space:]]) fail "$1 in the Secret starts or ends with a blank, which bitcoind drops: use another value" ;;
  esac
}

check_login() {
  check_value BC_RPC_USER "$BC_RPC_USER"
  check_value BC_RPC_PASSWORD "$BC_RPC_PASSWORD"
  case $BC_RPC_USER in
    *:*) fail "BC_RPC_USER in the Secret holds ':', which ends the name in HTTP: use another name" ;;
    __cookie__ | "$(sed -n 's/^rpcauth=\\([^:]*\\):.*/\\1/p' "$etc/bitcoin.conf")")
      fail "BC_RPC_USER in the Secret is a reserved name: use another name" ;;
  esac
}

# bitcoind starts silently with a misspelt option in its file.
check_options() {
  names=$(sed '1,/^${userOptionsMarker}$/d; s/=.*//' "$etc/bitcoin.conf")
  [ -n "$names" ] || return 0
  known=" $(bitcoind -help-debug | sed -n 's/^  -\\([a-z0-9]*\\).*/\\1/p' | tr '\\n' ' ')"
  for name in $names; do
    case $known in
      *" $name "* | *" \${name#no} "*) ;;
      *) fail "spec.config.$name is no option of this bitcoind: correct the name, or see bitcoind -help-debug" ;;
    esac
  done
}

write_config() {
  cat "$etc/bitcoin.conf"
  if [ -n "\${BIND_ADDRESS-}" ]; then
    printf 'bind=%s\\nrpcbind=%s\\nrpcconnect=%s\\n' "$BIND_ADDRESS" "$BIND_ADDRESS" "$BIND_ADDRESS"
  else
    # Not 0.0.0.0 and ::, of which the second fails where the first covers IPv4 in IPv6.
    for address in 127.0.0.1 $(echo "$POD_IPS" | tr ',' ' '); do
      echo "rpcbind=$address"
    done
  fi
  if [ -n "\${BC_RPC_USER+set}" ]; then
    printf 'rpcuser=%s\\nrpcpassword=%s\\n' "$BC_RPC_USER" "$BC_RPC_PASSWORD"
  fi
  for peer in $(sed -n "s/^$ordinal: *//p" "$etc/peers"); do
    echo "addnode=$statefulset-$peer.$service:${regtest.p2pPort}"
  done
}

find_program bitcoind >/dev/null
[ -z "\${BC_RPC_USER+set}" ] || check_login
check_options
write_config >"$run/bitcoin.conf"
if [ "\${1-}" = prepare ]; then
  cli=$(find_program bitcoin-cli)
  cp "$cli" "$run/bitcoin-cli"
  chmod 755 "$run/bitcoin-cli"
else
  exec bitcoind -conf=/bitcoin.conf
fi
`;
