import {
  controllerMethods,
  frozenMethods,
  isFrozenMethod,
} from '../../../bitcoin/rpc/whitelist.ts';

/** The whitelist of release 0.1.0: a change restarts every node of every network. */
const whitelist010 =
  'getnetworkinfo,getpeerinfo,getaddednodeinfo,getblockchaininfo,' +
  'getblockcount,getbestblockhash,getblockheader,getblock,getchaintips,getmempoolinfo,' +
  'getrawmempool,gettxoutsetinfo,getrpcinfo,getmininginfo,uptime,listbanned,listwallets,' +
  'getwalletinfo,getbalances,listunspent,listtransactions,gettransaction,getnettotals,' +
  'getindexinfo,addnode,disconnectnode,setnetworkactive,setban,clearbanned,' +
  'generatetoaddress,generateblock,submitblock,invalidateblock,reconsiderblock,' +
  'createwallet,loadwallet,getnewaddress,sendtoaddress,sendmany,send,sendrawtransaction,stop';

test('the frozen methods are those of release 0.1.0, in the same order', () => {
  expect(frozenMethods.join(',')).toBe(whitelist010);
});

test('lists each method once', () => {
  expect(new Set(controllerMethods).size).toBe(controllerMethods.length);
});

test('later methods follow the frozen ones', () => {
  expect(controllerMethods.slice(0, frozenMethods.length)).toEqual(frozenMethods);
  for (const method of controllerMethods) {
    expect(isFrozenMethod(method)).toBe(frozenMethods.includes(method));
  }
});

test('names contain nothing that ends an entry of rpcwhitelist', () => {
  for (const method of controllerMethods) expect(method).toMatch(/^[a-z]+$/);
});
