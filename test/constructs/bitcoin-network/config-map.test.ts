import * as fc from 'fast-check';
import { regtest } from '../../../bitcoin/chain.ts';
import { renderConfigFile } from '../../../bitcoin/config/config-file.ts';
import { planNetwork } from '../../../bitcoin/plan/network-plan.ts';
import { controllerMethods, frozenMethods } from '../../../bitcoin/rpc/whitelist.ts';
import {
  checksumText,
  configMap,
  peersFile,
  sharedConfigFile,
} from '../../../constructs/bitcoin-network/config-map.ts';
import { startScript } from '../../../constructs/bitcoin-network/start-script.ts';
import { context, live, renderObject } from './builders.ts';

const whitelists = (text: string) =>
  text.split('\n').filter((line) => line.startsWith('rpcwhitelist='));
const methodsOf = (line: string) => line.slice(line.indexOf(':') + 1).split(',');

/** Contexts of many networks, with a controller. */
const contexts = fc
  .record({
    nodes: fc.integer({ min: 0, max: 64 }),
    config: fc.dictionary(fc.stringMatching(/^[a-z]{3,12}$/), fc.integer(), { maxKeys: 5 }),
  })
  .map((spec) => context(spec, live));

describe('sharedConfigFile', () => {
  test('admits the controller to all its methods, with one whitelist', () => {
    fc.assert(
      fc.property(contexts, (ctx) => {
        const lines = whitelists(sharedConfigFile(ctx));
        expect(lines).toHaveLength(1);
        expect(methodsOf(lines[0]!)).toEqual([...controllerMethods]);
      }),
    );
  });

  test('contains the options of the user', () => {
    expect(sharedConfigFile(context({ config: { txindex: 1 } }))).toContain('\ntxindex=1\n');
  });
});

describe('checksumText', () => {
  test('has one whitelist with the methods of release 0.1.0 only', () => {
    fc.assert(
      fc.property(contexts, (ctx) => {
        const lines = whitelists(checksumText(ctx));
        expect(lines).toHaveLength(1);
        expect(methodsOf(lines[0]!)).toEqual([...frozenMethods]);
      }),
    );
  });

  test('differs from bitcoin.conf in the whitelist only', () => {
    fc.assert(
      fc.property(contexts, (ctx) => {
        const rest = (text: string) =>
          text.split('\n').filter((line) => !line.startsWith('rpcwhitelist='));
        expect(rest(checksumText(ctx))).toEqual(rest(sharedConfigFile(ctx)));
      }),
    );
  });

  test('is bitcoin.conf itself without a controller', () => {
    expect(checksumText(context())).toBe(renderConfigFile({ chain: regtest }));
    expect(checksumText(context())).toBe(sharedConfigFile(context()));
  });
});

describe('peersFile', () => {
  test('has a line for each node, with the names on its addnode list', () => {
    expect(peersFile(planNetwork({ nodes: 3 }))).toBe('0: 1 2\n1: 2 0\n2: 0 1\n');
    expect(peersFile(planNetwork({ nodes: 4 }))).toBe('0: 1 2 3\n1: 2 3 0\n2: 3 0 1\n3: 0 1 2\n');
  });

  test('has a line without peers for a single node, and none without nodes', () => {
    expect(peersFile(planNetwork({ nodes: 1 }))).toBe('0: \n');
    expect(peersFile(planNetwork({ nodes: 0 }))).toBe('');
  });
});

describe('configMap', () => {
  test('holds the files that a pod starts with', () => {
    const ctx = context({}, live);
    const { metadata, data } = renderObject(configMap, ctx);
    expect(metadata).toMatchObject({ name: 'alice-config', namespace: 'lab' });
    expect(data).toEqual({
      'bitcoin.conf': sharedConfigFile(ctx),
      peers: peersFile(ctx.plan),
      'start.sh': startScript,
    });
  });

  test('is far smaller than the 1 MiB that Kubernetes admits, for the largest network', () => {
    const { data } = renderObject(configMap, context({ nodes: 64 }, live, 'a'.repeat(48)));
    expect(JSON.stringify(data).length).toBeLessThan(32_768);
  });
});

describe('options with several values', () => {
  test('are lines of bitcoin.conf, and a change of them restarts the nodes', () => {
    const lists: readonly Record<string, string[]>[] = [
      {},
      { debug: ['net'] },
      { debug: ['net', 'rpc'] },
    ];
    const texts = lists.map((configLists) => checksumText(context({ configLists }, live)));
    expect(texts[0]).toBe(checksumText(context({}, live)));
    expect(texts[2]).toContain('\n# spec.config\ndebug=net\ndebug=rpc\n');
    expect(new Set(texts).size).toBe(3);
  });
});
