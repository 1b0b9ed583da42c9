import { writeStatus } from '../../../../controller/bitcoin-network/status/writer.ts';
import type { BitcoinNetwork, BitcoinNetworkStatus } from '../../../../imports/bitcoin-network.ts';
import {
  dependencies,
  network,
  node,
  objectsApplied,
  observations,
  peers,
  scope,
  statefulSet,
  type TestDependencies,
} from '../../builders.ts';
import { conflict } from '../../memory-transport.ts';

const key = 'bitcoinnetworks/alice';

describe('writeStatus', () => {
  let context: TestDependencies;

  beforeEach(() => {
    context = dependencies();
    context.server.put(key, { ...network() });
    context.server.put('statefulsets/alice-sts', { ...statefulSet(3) });
  });

  const stored = () => context.cache.networks.get('lab/alice')!;
  const write = (changes: Parameters<typeof observations>[0] = {}, resource = stored()) =>
    writeStatus(scope(resource, context), observations(changes));

  test('applies the status, and caches the response', async () => {
    await write();
    expect(context.server.writes).toEqual([`apply ${key}/status`]);
    expect(stored().status).toMatchObject({ observedGeneration: 2, readyNodes: 3 });
    expect(context.cache.recorded).toEqual(['BitcoinNetwork alice']);
  });

  test('writes nothing while the status stays the same', async () => {
    await write();
    context.clock.time += 3_600_000;
    await write();
    expect(context.server.writes).toHaveLength(1);
  });

  test('logs a condition that is no longer True, with its reason', async () => {
    await write();
    await write({ answer: { peers: peers(3, { down: ['alice-sts-0 - alice-sts-1'] }) } });
    expect(context.log.at('info')).toContainEqual({
      level: 'info',
      fields: { network: 'lab/alice', phase: 'status', reason: 'LinksDown' },
      message: expect.stringMatching(/^PeersConnected is False: /) as string,
    });
  });

  test('sends the status only, under the name, namespace and uid of the network', async () => {
    const patches: unknown[] = [];
    const client = {
      get: context.client.get.bind(context.client),
      delete: context.client.delete.bind(context.client),
      patch: <T>(...patch: unknown[]) => {
        patches.push(patch);
        return Promise.resolve(patch[2] as T);
      },
    };
    await writeStatus(scope(stored(), { ...context, client }), observations());
    const { name, namespace, uid } = network().metadata;
    expect(patches).toEqual([
      [
        expect.objectContaining({ kind: 'BitcoinNetwork' }),
        { name, namespace, uid },
        {
          apiVersion: 'bitcoincontroller.christianb93.github.com/v1',
          kind: 'BitcoinNetwork',
          metadata: { name, namespace, uid },
          status: expect.any(Object) as object,
        },
        expect.objectContaining({ subresource: 'status', fieldManager: 'bitcoin-controller' }),
      ],
    ]);
  });

  describe('with a status that another entry in managedFields owns in part', () => {
    const nodeNames = () => stored().status!.nodes!.map(({ nodeName }) => nodeName);

    /** Merges lists by their keys, like the API server if another entry owns the elements too. */
    const retainLists = (applied: unknown, live: unknown) => {
      const [ours, theirs] = [applied, live ?? {}] as BitcoinNetworkStatus[];
      const [nodes, conditions] = [theirs!.nodes ?? [], theirs!.conditions ?? []];
      const isOther = <T>(list: readonly T[], key: (item: T) => string) => {
        const keys = new Set(list.map(key));
        return (item: T) => !keys.has(key(item));
      };
      return {
        ...theirs,
        ...ours,
        nodes: [...ours!.nodes!, ...nodes.filter(isOther(ours!.nodes!, (item) => item.nodeName))],
        conditions: [
          ...conditions.filter(isOther(ours!.conditions!, (item) => item.type)),
          ...ours!.conditions!,
        ],
      };
    };

    beforeEach(async () => {
      await write();
      context.server.mergeStatus = retainLists;
      context.server.writes.length = 0;
    });

    test('removes a node that left the network', async () => {
      await write({ nodes: [node('0'), node('1')], answer: { peers: peers(2) } });
      expect(nodeNames()).toEqual(['alice-sts-0', 'alice-sts-1']);
      expect(context.server.writes).toEqual([`apply ${key}/status`, `patch ${key}/status`]);
      await write({ nodes: [node('0'), node('1')], answer: { peers: peers(2) } });
      expect(context.server.writes).toHaveLength(2);
    });

    test('removes a field that it does not write', async () => {
      context.server.edit(key, { status: { blocks: 7 } });
      await write();
      expect(stored().status).not.toHaveProperty('blocks');
    });

    test('retains conditions of other types, which cost no write', async () => {
      const foreign = { ...objectsApplied(2), type: 'example.com/Audited' };
      const { conditions = [] } = stored().status!;
      context.server.edit(key, { status: { conditions: [foreign, ...conditions] } });
      await write();
      expect(context.server.writes).toEqual([]);
      await write({ nodes: [node('0'), node('1')], answer: { peers: peers(2) } });
      expect(stored().status!.conditions).toContainEqual(foreign);
      expect(nodeNames()).toEqual(['alice-sts-0', 'alice-sts-1']);
    });

    test('restores a condition that another client changed', async () => {
      const [first, ...rest] = stored().status!.conditions!;
      const changed = { ...first!, message: 'another' };
      context.server.edit(key, { status: { conditions: [changed, ...rest] } });
      await write();
      expect(stored().status!.conditions).toContainEqual(first);
    });

    test('retries if the status changes between the apply and the patch', async () => {
      context.server.faults.set(`patch ${key}/status`, conflict);
      const changed = { nodes: [node('0')], peers: peers(1) };
      await expect(write(changed)).rejects.toMatchObject({ code: 409 });
    });
  });

  test('records an event for each condition that became True', async () => {
    await write();
    expect(context.recorder.events).toEqual([
      'Normal Ready all 3 nodes are ready',
      'Normal PeersConnected every planned link is up',
    ]);
  });

  test('records no event for conditions that stay True or become False', async () => {
    await write();
    context.recorder.events.length = 0;
    await write({ nodes: [node('0')] });
    expect(stored().status!.readyNodes).toBe(1);
    expect(context.recorder.events).toEqual([]);
  });

  test('records a Warning when the network needs user action', async () => {
    const failure = { reason: 'ObjectExists', message: 'in the way', terminal: true } as const;
    await write({ objects: { failure }, answer: { peers: peers(3, { down: ['a - b'] }) } });
    expect(context.recorder.events).toEqual(['Warning Stalled in the way']);
  });

  test('records a Warning once for each pod that the cluster ended', async () => {
    const problem = { message: 'Evicted: no space', lasting: false };
    const nodes = [node('0'), node('1'), node('2', { ready: false, hasEnded: true, problem })];
    await write({ nodes });
    await write({ nodes: [...nodes.slice(0, 1), ...nodes.slice(2)] });
    const warnings = context.recorder.events.filter((event) => event.startsWith('Warning'));
    expect(warnings).toEqual(['Warning PodEnded alice-sts-2 ended: Evicted: no space']);
  });

  test('records no Normal event for a network without nodes', async () => {
    context.server.put(key, { ...network({ nodes: 0 }) });
    await write({ nodes: [], answer: { peers: peers(0) } });
    expect(context.recorder.events).toEqual([]);
  });

  test('does not write status for a network deleted during the reconcile', async () => {
    const resource: BitcoinNetwork = stored();
    context.server.objects.delete(key);
    await write({}, resource);
    expect(context.server.objects.has(key)).toBe(false);
    expect(context.recorder.events).toEqual([]);
  });

  test('does not write status for a new network with the same name', async () => {
    const resource = stored();
    context.server.edit(key, { metadata: { uid: 'successor' } });
    await expect(write({}, resource)).rejects.toMatchObject({ code: 409 });
    expect(stored().status).toBeUndefined();
  });

  test('throws other errors, and records no event', async () => {
    context.server.faults.set(`apply ${key}/status`, conflict);
    await expect(write()).rejects.toMatchObject({ code: 409 });
    expect(context.recorder.events).toEqual([]);
  });
});
