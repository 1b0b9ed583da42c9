/**
 * The RPC methods on the controller's whitelist in release 0.1.0. The checksum of every pod covers
 * this list, so a change of it restarts every node: it is frozen.
 */
const methods010 = [
  // Read peers, chain, mempool and wallets.
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
  // Change peers.
  'addnode',
  'disconnectnode',
  'setnetworkactive',
  'setban',
  'clearbanned',
  // Change the chain.
  'generatetoaddress',
  'generateblock',
  'submitblock',
  'invalidateblock',
  'reconsiderblock',
  // Use wallets and send transactions.
  'createwallet',
  'loadwallet',
  'getnewaddress',
  'sendtoaddress',
  'sendmany',
  'send',
  'sendrawtransaction',
  // Stop the node.
  'stop',
] as const;

/**
 * Methods added since. A node accepts them from its next start on; until then it answers 403.
 * Every name is known to `bitcoin-cli help NAME` of Bitcoin Knots 29.
 */
const laterMethods = [
  // Read peers, chain and mempool.
  'getblockhash',
  'getblocktemplate',
  'getchaintxstats',
  'getdeploymentinfo',
  'getmempoolentry',
  'getrawtransaction',
  'gettxout',
  'gettxspendingprevout',
  'getzmqnotifications',
  'estimatesmartfee',
  'testmempoolaccept',
  'waitforblock',
  'waitforblockheight',
  'waitfornewblock',
  // Change peers, the chain and the clock.
  'addconnection',
  'preciousblock',
  'prioritisetransaction',
  'setmocktime',
  'syncwithvalidationinterfacequeue',
  // Build, sign and replace transactions.
  'bumpfee',
  'createrawtransaction',
  'decoderawtransaction',
  'finalizepsbt',
  'fundrawtransaction',
  'psbtbumpfee',
  'signrawtransactionwithwallet',
  'submitpackage',
  'walletcreatefundedpsbt',
  'walletprocesspsbt',
  // Manage wallets.
  'abandontransaction',
  'getaddressinfo',
  'getdescriptorinfo',
  'getreceivedbyaddress',
  'importdescriptors',
  'listdescriptors',
  'listreceivedbyaddress',
  'listwalletdir',
  'lockunspent',
  'unloadwallet',
] as const;

/** Every RPC method that the controller's credentials may call. */
export const controllerMethods = [...methods010, ...laterMethods] as const;

/** The whitelist in the text that the checksum of a pod covers. */
export const frozenMethods: readonly ControllerMethod[] = methods010;

/** A method of {@link controllerMethods}. */
export type ControllerMethod = (typeof controllerMethods)[number];

const frozen: ReadonlySet<ControllerMethod> = new Set(frozenMethods);

/** Whether every node of every release accepts the method from the controller. */
export function isFrozenMethod(method: ControllerMethod): boolean {
  return frozen.has(method);
}
