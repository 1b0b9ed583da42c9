/** Options of bitcoind that only the network may set, for one common reason. */
export interface ReservedOptions {
  /** Option names without dash or `no` prefix. */
  readonly names: readonly string[];
  /** Error for a spec.config that sets one of them: the reason and the fix. */
  readonly message: string;
}

/**
 * The options that spec.config rejects, chosen from `bitcoind -help-debug` of Bitcoin Knots 29 and
 * from src/init.cpp of Bitcoin Core (the development branch after 29). An option is reserved if the
 * network's own bitcoin.conf relies on its value, if it reads further options from elsewhere, or if
 * it prevents planned links. Users may set all others, even harmful ones (mocktime, stopatheight),
 * because test networks exist for such experiments. Every option whose name starts with `rpc` is
 * reserved as well, except {@link userRpcOptions}.
 *
 * A later release may remove a name from this list but never add one, because stored networks would
 * become invalid.
 */
export const reservedOptions: readonly ReservedOptions[] = [
  {
    // signetchallenge and signetseednode become fields of spec together with the chain.
    names: [
      'chain',
      'regtest',
      'signet',
      'signetchallenge',
      'signetseednode',
      'testnet',
      'testnet4',
    ],
    message:
      'config must not select a chain, because the network sets it (regtest): remove chain options such as regtest, signet and testnet',
  },
  {
    // settings and confrw (Knots) name files with further options. The others could only name paths
    // in /data, the only writable directory, and whatever copies or stores a node's data must find
    // all of it there.
    names: [
      'blocksdir',
      'conf',
      'confrw',
      'datadir',
      'includeconf',
      'pid',
      'settings',
      'walletdir',
    ],
    message:
      'config must not set files or directories, because all data is in /data: remove options such as conf, includeconf, datadir and walletdir, and set each option in config itself',
  },
  {
    // The container's only process must stay in the foreground, serve RPC and log to stdout.
    names: ['daemon', 'daemonwait', 'debuglogfile', 'printtoconsole', 'server'],
    message:
      'config must not change how bitcoind runs (in the foreground, logging to kubectl logs): remove daemon, daemonwait, debuglogfile, printtoconsole and server',
  },
  {
    names: ['bind', 'listen', 'port', 'whitebind'],
    message:
      'config must not change where nodes listen for peers: remove bind, listen, port and whitebind',
  },
  {
    names: ['addnode', 'connect', 'dnsseed', 'fixedseeds', 'forcednsseed', 'seednode'],
    message:
      'config must not set peers, because the network plans the links between nodes: remove addnode, connect, seednode, dnsseed, forcednsseed and fixedseeds; to add a peer outside the network, use bitcoin-cli addnode',
  },
  {
    // Without DNS, direct connections or an active network, no planned link can be established.
    // natpmp and upnp would open nodes to the outside. onlynet is not reserved, because connections
    // that are requested explicitly ignore it.
    names: ['dns', 'natpmp', 'networkactive', 'proxy', 'upnp'],
    message:
      'config must not change how nodes reach each other: remove dns, natpmp, networkactive, proxy and upnp; to disconnect a node from its peers, use bitcoin-cli setnetworkactive',
  },
];

/** RPC options that belong to the user. All others whose name starts with `rpc` are reserved. */
export const userRpcOptions: readonly string[] = ['rpcthreads', 'rpcworkqueue'];

/** Error for a spec.config with a reserved option whose name starts with `rpc` or `norpc`. */
export const reservedRpcOptionsMessage =
  'config must not configure the RPC server, except rpcthreads and rpcworkqueue: remove every other rpc option; for RPC credentials of your own, set spec.secret to the name of a Secret with BC_RPC_USER and BC_RPC_PASSWORD';
