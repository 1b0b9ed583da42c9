import { NodeAnswers } from '../../../controller/bitcoin-network/node-answers.ts';
import { Reconciler } from '../../../controller/bitcoin-network/reconciler.ts';
import { OtherInstalls } from '../../../controller/installs/other-installs.ts';
import type { BitcoinNetworkStatus } from '../../../imports/bitcoin-network.ts';
import { dependencies, network, type TestDependencies } from '../builders.ts';
import { MemoryTransport } from '../memory-transport.ts';

const key = 'lab/alice';
const { signal } = new AbortController();

let server: MemoryTransport;

beforeEach(() => {
  server = new MemoryTransport();
});

/** The controller of an install, with a master key of its own. */
function install(namespace: string, keyByte: number) {
  const context: TestDependencies = {
    ...dependencies(server),
    install: namespace,
    masterKey: Buffer.alloc(32, keyByte),
  };
  const others = new OtherInstalls(context);
  const reconciler = new Reconciler(context, new NodeAnswers(() => undefined, context.clock));
  return {
    context,
    others,
    reconcile: async () =>
      (await others.reconcile(key, signal)) ?? (await reconciler.reconcile(key, signal)),
  };
}

/** Creates lab/alice without nodes, so that no RPC is needed. */
function createNetwork(status?: BitcoinNetworkStatus): void {
  server.put('bitcoinnetworks/alice', { ...network({ nodes: 0 }), ...(status && { status }) });
}

const statusOf = () => server.get('bitcoinnetworks/alice').status as BitcoinNetworkStatus;
const conditionOf = (type: string) => {
  const { status, reason } = statusOf().conditions!.find((condition) => condition.type === type)!;
  return `${status} ${reason}`;
};

describe('OtherInstalls', () => {
  test('lets the first of two controllers manage a network, which the other leaves alone', async () => {
    createNetwork();
    const first = install('bitcoin-controller', 1);
    const second = install('team-a', 2);
    for (let i = 0; i < 3; i++) await first.reconcile();
    expect(statusOf().controller).toBe('bitcoin-controller');
    server.writes.length = 0;
    for (let i = 0; i < 10; i++) {
      await second.reconcile();
      await first.reconcile();
    }
    expect(server.writes).toEqual([]);
    expect(second.others.manages(key)).toBe(true);
    expect(second.context.recorder.events).toEqual([
      'Warning OtherController the controller in namespace bitcoin-controller manages this ' +
        'network; the one in namespace team-a leaves it alone. Run one controller for each namespace',
    ]);
    expect(second.context.log.at('warn')).toHaveLength(1);
  });

  test('converges if both controllers reconcile a new network at the same time', async () => {
    createNetwork();
    const both = [install('bitcoin-controller', 1), install('team-a', 2)];
    for (let i = 0; i < 4; i++) {
      await Promise.allSettled(both.map(({ reconcile }) => reconcile()));
    }
    server.writes.length = 0;
    for (let i = 0; i < 4; i++) for (const { reconcile } of both) await reconcile();
    expect(server.writes).toEqual([]);
  });

  test('continues after a change of the master key in the same namespace', async () => {
    createNetwork();
    const before = install('bitcoin-controller', 1);
    for (let i = 0; i < 3; i++) await before.reconcile();
    server.writes.length = 0;
    await install('bitcoin-controller', 2).reconcile();
    expect(server.writes).toContain('apply configmaps/alice-config');
  });

  test('reports a network as stalled after its controller ignored a change for 60 s', async () => {
    createNetwork({ controller: 'old', observedGeneration: 1 });
    const { context, reconcile } = install('team-a', 1);
    expect(await reconcile()).toEqual({ requeueAfter: 60_000 });
    context.clock.time += 59_999;
    expect(await reconcile()).toEqual({ requeueAfter: 1 });
    expect(server.writes).toEqual([]);
    context.clock.time += 1;
    await reconcile();
    expect(server.writes).toEqual(['apply bitcoinnetworks/alice/status']);
    expect([conditionOf('Ready'), conditionOf('Stalled')]).toEqual([
      'False OtherController',
      'True OtherController',
    ]);
    context.clock.time += 60_000;
    await reconcile();
    expect(server.writes).toHaveLength(1);
  });

  test('counts the 60 s from each change', async () => {
    createNetwork({ controller: 'old', observedGeneration: 1 });
    const { context, reconcile } = install('team-a', 1);
    await reconcile();
    context.clock.time += 50_000;
    server.edit('bitcoinnetworks/alice', { metadata: { generation: 3 } });
    expect(await reconcile()).toEqual({ requeueAfter: 60_000 });
  });

  test('manages a network after the claim is removed', async () => {
    createNetwork({ controller: 'old', observedGeneration: 2 });
    const { reconcile } = install('team-a', 1);
    await reconcile();
    expect(server.writes).toEqual([]);
    server.edit('bitcoinnetworks/alice', { status: { controller: null } });
    for (let i = 0; i < 3; i++) await reconcile();
    expect(statusOf().controller).toBe('team-a');
    expect(conditionOf('Stalled')).toBe('False Settled');
  });

  test('does not report a network that is deleted', async () => {
    const { reconcile, others } = install('team-a', 1);
    expect(await others.reconcile(key, signal)).toBeUndefined();
    expect(await reconcile()).toBeUndefined();
    expect(server.writes).toEqual([]);
  });
});
