/** Options of bitcoind that a network sets itself, and what a user can do instead. */
export interface ReservedOptions {
  /** Option names without dash or `no` prefix. */
  readonly names: readonly string[];
  /** Shown to the user whose spec.config names one of them: says why not, and the fix. */
  readonly message: string;
}

/**
 * The options that spec.config refuses, chosen from `bitcoind -help-debug` of Bitcoin Knots 29 and the
 * options of Bitcoin Core's src/init.cpp (the release under way after 29). An option is owned if the network's own bitcoin.conf relies on its value, if it
 * brings in other options by a side door, or if it keeps planned links from coming up. All others
 * are the user's, even harmful ones (mocktime, stopatheight): a test network is there to be bent.
 * Every option whose name starts with `rpc` is owned as well.
 *
 * A name may leave this list in a later release, never join it: stored networks would turn invalid.
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
      'the network sets the chain (regtest): remove chain options such as regtest, signet and testnet',
  },
  {
    // settings and confrw (Knots) name files that hold further options. Of the others, only /data could
    // be written to anyway, and what copies or keeps a node's data must know that it is all there.
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
      'the network sets files and directories (all data is in /data): remove options such as conf, includeconf, datadir and walletdir, and set options one by one in spec.config',
  },
  {
    // The container's only process must stay in the foreground, answer RPC and log to stdout.
    names: ['daemon', 'daemonwait', 'debuglogfile', 'printtoconsole', 'server'],
    message:
      'the network sets how bitcoind runs (in the foreground, logging to kubectl logs): remove daemon, daemonwait, debuglogfile, printtoconsole and server',
  },
  {
    names: ['bind', 'listen', 'port', 'whitebind'],
    message:
      'the network sets where nodes listen for peers: remove bind, listen, port and whitebind',
  },
  {
    names: ['addnode', 'connect', 'dnsseed', 'fixedseeds', 'forcednsseed', 'seednode'],
    message:
      'the network plans the links between nodes: remove addnode, connect, seednode, dnsseed, forcednsseed and fixedseeds, and use bitcoin-cli addnode to join a peer from outside',
  },
  {
    // Without DNS, a direct way or an active network no planned link comes up. (onlynet is not here:
    // it spares links that were asked for.) natpmp and upnp would open the nodes to the outside.
    names: ['dns', 'natpmp', 'networkactive', 'proxy', 'upnp'],
    message:
      'the network sets how nodes reach each other: remove dns, natpmp, networkactive, proxy and upnp, and use bitcoin-cli setnetworkactive to cut a node off',
  },
];

/** Shown for any option whose name starts with `rpc` or `norpc`. */
export const ownedRpcOptionsMessage =
  'the network sets the RPC server: remove every rpc option, and name a Secret with BC_RPC_USER and BC_RPC_PASSWORD in spec.secret for a login of your own';
