/**
 * Every RPC method a controller's login may call. The list stands in each
 * node's bitcoin.conf, so a method added later restarts every node once: it is
 * complete from the start (docs/adr/0004-complete-bitcoin-conf.md).
 */
export const controllerMethods = [
  // Reading peers, chain, mempool and wallets.
  'getnetworkinfo',
  'getpeerinfo',
  'getaddednodeinfo',
  'getblockchaininfo',
  'getblockcount',
  'getbestblockhash',
  'getblockheader',
  'getblock',
  'getchaintips',
  'getmempoolinfo',
  'getrawmempool',
  'gettxoutsetinfo',
  'getrpcinfo',
  'getmininginfo',
  'uptime',
  'listbanned',
  'listwallets',
  'getwalletinfo',
  'getbalances',
  'listunspent',
  'listtransactions',
  'gettransaction',
  'getnettotals',
  'getindexinfo',
  // Peers.
  'addnode',
  'disconnectnode',
  'setnetworkactive',
  'setban',
  'clearbanned',
  // Blocks.
  'generatetoaddress',
  'generateblock',
  'submitblock',
  'invalidateblock',
  'reconsiderblock',
  // Wallets and transactions.
  'createwallet',
  'loadwallet',
  'getnewaddress',
  'sendtoaddress',
  'sendmany',
  'send',
  'sendrawtransaction',
  // The node itself.
  'stop',
] as const;

/** A method of {@link controllerMethods}. */
export type ControllerMethod = (typeof controllerMethods)[number];
