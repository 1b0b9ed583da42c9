import type { ConfigOptions } from '../../../../bitcoin/config/config-file.ts';
import type { RpcCall } from '../../../../bitcoin/rpc/client.ts';
import { queryNodes } from '../../../../controller/bitcoin-network/nodes/query.ts';
import { Dialer } from '../../../../controller/bitcoin-network/peers/dialer.ts';
import { PollBackoff } from '../../../../controller/bitcoin-network/peers/poll-backoff.ts';
import {
  reconcilePeers,
  type PeersResult,
} from '../../../../controller/bitcoin-network/peers/reconcile.ts';
import type { NodeName } from '../../../../bitcoin/plan/node-name.ts';
import type { BitcoinNetwork } from '../../../../imports/bitcoin-network.ts';
import { dependencies, InstantClock, names, network, node, scope } from '../../builders.ts';
import { FakeNode } from '../../fake-node.ts';

/** A clock that skips to the next timer. */
class SkippingClock extends InstantClock {
  override setTimer(callback: () => void, delay: number): () => void {
    const at = this.time + delay;
    return super.setTimer(() => {
      this.time = Math.max(this.time, at);
      callback();
    }, delay);
  }
}

/** Nodes of a network, and the requests to them. */
class Fixture {
  readonly nodes = new Map<NodeName, FakeNode>();
  readonly context = { ...dependencies(), clock: new SkippingClock() };
  requests = 0;
  dials = 0;
  readonly #dialer = new Dialer();
  readonly #polls = new PollBackoff();
  readonly #network: BitcoinNetwork;

  constructor(size: number, config: ConfigOptions = {}) {
    this.#network = {
      ...network({ nodes: size, config }),
      status: { observedGeneration: 2 },
    };
    for (let ordinal = 0; ordinal < size; ordinal++) this.nodes.set(`${ordinal}`, new FakeNode());
  }

  /** Reconciles the peers like the controller for some seconds. */
  async reconcileFor(seconds: number) {
    const { clock } = this.context;
    const end = clock.time + seconds * 1_000;
    let result: PeersResult | undefined;
    while (clock.time < end) {
      const resource = scope(this.#network, this.context);
      const clients = new Map(
        [...this.nodes].map(([name, target]) => [
          name,
          {
            batch: (calls: readonly RpcCall[]) => {
              this.requests++;
              this.dials += calls.filter(({ params }) => params?.[1] === 'onetry').length;
              return target.batch(calls);
            },
          },
        ]),
      );
      const views = await queryNodes(clients);
      result = await reconcilePeers(resource, clients, views, this.#dialer);
      const states = [...this.nodes.keys()].map((name) => node(name));
      clock.time += this.#polls.delay('lab/alice', states, result.isPending, false) ?? 30_000;
    }
    return result!;
  }

  /** Makes every dial of and to a node vain, as `setnetworkactive false` does. */
  deactivate(inactive: NodeName): this {
    for (const [name, target] of this.nodes) {
      const batch = target.batch.bind(target);
      const disconnect = () => {
        for (const peer of [...target.outbound.keys()]) {
          if (name === inactive || peer === names.peerAddress(inactive)) {
            target.outbound.delete(peer);
          }
        }
      };
      target.batch = async (calls) => {
        disconnect();
        const outcomes = await batch(calls);
        disconnect();
        return outcomes;
      };
    }
    return this;
  }
}

test('a node with setnetworkactive false in a network of 9 costs few requests', async () => {
  const fixture = new Fixture(9);
  await fixture.reconcileFor(1);
  fixture.deactivate('4').requests = 0;
  const { down } = await fixture.reconcileFor(30);
  expect(down).toHaveLength(8);
  // Without backoff it cost 2,097; linked nodes cost 9.
  expect(fixture.requests).toBeLessThan(300);
});

test('dials of links that do not come up become rare', async () => {
  const fixture = new Fixture(9).deactivate('4');
  await fixture.reconcileFor(300);
  fixture.dials = 0;
  await fixture.reconcileFor(300);
  expect(fixture.dials).toBeLessThanOrEqual(11 * 16);
});

test('nodes that accept no peers are not dialed', async () => {
  const fixture = new Fixture(3, { maxconnections: 8 });
  const { isPending } = await fixture.reconcileFor(60);
  expect(fixture.dials).toBe(0);
  expect(isPending).toBe(false);
});

describe('an addnode entry of the user', () => {
  test('for a planned link counts whether it has a name or an address', async () => {
    const fixture = new Fixture(2);
    const [first, second] = [...fixture.nodes.values()] as [FakeNode, FakeNode];
    first.link('1');
    first.outbound.clear();
    second.link('0');
    second.outbound.clear();
    first.outbound.set('alice-sts-1.alice-svc.lab.svc.cluster.local', 0);
    first.added.add('alice-sts-1.alice-svc.lab.svc.cluster.local');
    const { down } = await fixture.reconcileFor(60);
    expect(down).toEqual([]);
    expect(fixture.dials).toBe(0);
    expect([...first.changes, ...second.changes]).toEqual([]);
  });

  test('that is not in the plan is removed, with an event', async () => {
    const fixture = new Fixture(12);
    await fixture.reconcileFor(1);
    fixture.context.recorder.events.length = 0;
    // Node 9 dials node 0; the list of node 0 has room for 8 others.
    fixture.nodes.get('0')!.added.add(names.peerAddress('9'));
    await fixture.reconcileFor(60);
    expect(fixture.nodes.get('0')!.added).not.toContain(names.peerAddress('9'));
    expect(fixture.context.recorder.events).toEqual([
      'Normal PeersRemoved removed peers that are not in the plan of the network: ' +
        'alice-sts-9 of alice-sts-0',
    ]);
  });

  test('of a node that left the plan is removed without an event', async () => {
    const fixture = new Fixture(2);
    fixture.nodes.get('0')!.link('1', '2');
    await fixture.reconcileFor(60);
    expect(fixture.nodes.get('0')!.added).toEqual(new Set([names.peerAddress('1')]));
    expect(fixture.context.recorder.events).toEqual([]);
  });
});
