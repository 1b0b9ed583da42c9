import { regtest } from '../../../bitcoin/chain.ts';
import { renderConfigFile } from '../../../bitcoin/config/config-file.ts';

const chain = regtest;

/**
 * The common part of bitcoin.conf. Another line restarts every node of every
 * network when the controller is upgraded: a change here needs an ADR.
 */
test('the common part is what it has always been', () => {
  expect(renderConfigFile({ chain })).toBe(`server=1
listen=1
dnsseed=0
fixedseeds=0
natpmp=0
maxtipage=315360000
fallbackfee=0.0001
dbcache=32
rpcwhitelistdefault=0
printtoconsole=1
nodebuglogfile=1
datadir=/data
regtest=1

[regtest]
connect=0
rpcport=18332
rpcallowip=0.0.0.0/0
rpcallowip=::/0
# spec.config
`);
});

test('a controller has one rpcauth line and one whitelist with every method', () => {
  const login = { user: 'controller', password: 'p', salt: 's' };
  const lines = renderConfigFile({ chain, credentials: login }).split('\n');
  expect(lines.filter((line) => line.startsWith('rpcauth='))).toHaveLength(1);
  expect(lines.filter((line) => line.startsWith('rpcwhitelist='))).toEqual([
    'rpcwhitelist=controller:getnetworkinfo,getpeerinfo,getaddednodeinfo,getblockchaininfo,' +
      'getblockcount,getbestblockhash,getblockheader,getblock,getchaintips,getmempoolinfo,' +
      'getrawmempool,gettxoutsetinfo,getrpcinfo,getmininginfo,uptime,listbanned,listwallets,' +
      'getwalletinfo,getbalances,listunspent,listtransactions,gettransaction,getnettotals,' +
      'getindexinfo,addnode,disconnectnode,setnetworkactive,setban,clearbanned,' +
      'generatetoaddress,generateblock,submitblock,invalidateblock,reconsiderblock,' +
      'createwallet,loadwallet,getnewaddress,sendtoaddress,sendmany,send,sendrawtransaction,stop',
  ]);
});

describe("the user's options", () => {
  const lines = renderConfigFile({
    chain,
    options: { txindex: 1, dbcache: 200, debug: 'net' },
  }).split('\n');

  test('replace one of ours in its place', () => {
    expect(lines.filter((line) => line.startsWith('dbcache='))).toEqual(['dbcache=200']);
    expect(lines.indexOf('dbcache=200')).toBeLessThan(lines.indexOf('[regtest]'));
  });

  test('follow in the section, sorted', () => {
    expect(lines.slice(lines.indexOf('# spec.config'))).toEqual([
      '# spec.config',
      'debug=net',
      'txindex=1',
      '',
    ]);
  });
});
