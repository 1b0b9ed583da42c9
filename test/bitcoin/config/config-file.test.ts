import { regtest } from '../../../bitcoin/chain.ts';
import { renderConfigFile, type ConfigFileOptions } from '../../../bitcoin/config/config-file.ts';
import { controllerMethods, frozenMethods } from '../../../bitcoin/rpc/whitelist.ts';

const chain = regtest;
const credentials = { user: 'controller', password: 'p', salt: 's' };

function linesOf(options: Omit<ConfigFileOptions, 'chain'>, prefix: string): string[] {
  const lines = renderConfigFile({ chain, ...options }).split('\n');
  return lines.filter((line) => line.startsWith(prefix));
}

/**
 * The common part of bitcoin.conf. Another line restarts every node of every network when the
 * controller is upgraded: a change here needs an ADR.
 */
test('the common part is that of release 0.1.0', () => {
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

describe("the controller's credentials", () => {
  test('are one rpcauth line without the password', () => {
    expect(linesOf({ credentials }, 'rpcauth=')).toEqual([
      expect.stringMatching(/^rpcauth=controller:s\$[0-9a-f]{64}$/),
    ]);
  });

  test('are limited by one whitelist with every method of the controller', () => {
    expect(linesOf({ credentials }, 'rpcwhitelist=')).toEqual([
      `rpcwhitelist=controller:${controllerMethods.join(',')}`,
    ]);
  });

  test('are limited to fewer methods on request', () => {
    expect(linesOf({ credentials, methods: frozenMethods }, 'rpcwhitelist=')).toEqual([
      `rpcwhitelist=controller:${frozenMethods.join(',')}`,
    ]);
  });

  test('are absent without a controller', () => {
    expect(linesOf({}, 'rpcauth=')).toEqual([]);
    expect(linesOf({}, 'rpcwhitelist=')).toEqual([]);
  });
});

describe("the user's options", () => {
  const lines = renderConfigFile({
    chain,
    credentials,
    options: { txindex: 1, dbcache: 200, debug: 'net' },
  }).split('\n');

  test('take the place of the common option that they replace', () => {
    expect(lines.filter((line) => line.startsWith('dbcache='))).toEqual(['dbcache=200']);
    expect(lines.indexOf('dbcache=200')).toBeLessThan(lines.indexOf('[regtest]'));
  });

  test('follow in the section of the chain, sorted by name', () => {
    expect(lines.slice(lines.indexOf('# spec.config'))).toEqual([
      '# spec.config',
      'debug=net',
      'txindex=1',
      '',
    ]);
  });

  test('may have the names of properties that every JavaScript object inherits', () => {
    expect(linesOf({ options: { constructor: 1 } }, 'constructor')).toEqual(['constructor=1']);
  });
});

test('writes a line for each value of an option with several values, in their order', () => {
  const file = renderConfigFile({
    chain: regtest,
    options: { onlynet: 'ipv4', dbcache: 5 },
    lists: { zmqpubrawtx: ['tcp://b:1', 'tcp://a:1'], debug: ['net', 1], rest: [] },
  });
  expect(file.slice(file.indexOf('# spec.config\n')).split('\n').slice(1, -1)).toEqual([
    'debug=net',
    'debug=1',
    'onlynet=ipv4',
    'zmqpubrawtx=tcp://b:1',
    'zmqpubrawtx=tcp://a:1',
  ]);
});
