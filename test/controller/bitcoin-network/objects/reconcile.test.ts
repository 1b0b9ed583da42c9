import { networkLabel } from '../../../../constructs/bitcoin-network/labels.ts';
import { ConvergedNetworks } from '../../../../controller/bitcoin-network/objects/converged.ts';
import { reconcileObjects } from '../../../../controller/bitcoin-network/objects/reconcile.ts';
import type { BitcoinNetwork } from '../../../../imports/bitcoin-network.ts';
import { dependencies, network, scope, type TestDependencies } from '../../builders.ts';
import { conflict, namespaceTerminating } from '../../memory-transport.ts';

const created =
  'Normal Created created ConfigMap alice-config, Service alice-svc, StatefulSet alice-sts';

describe('reconcileObjects', () => {
  let context: TestDependencies;
  let converged: ConvergedNetworks;

  beforeEach(() => {
    context = dependencies();
    converged = new ConvergedNetworks();
  });

  const reconcile = (resource = network(), partition = 3) =>
    reconcileObjects(scope(resource, context), converged, partition);

  /** Reconciles until the network converges. */
  async function converge(resource = network(), partition = 3): Promise<void> {
    await reconcile(resource, partition);
    await reconcile(resource, partition);
    context.server.writes.length = 0;
    context.recorder.events.length = 0;
  }

  /** Whether a reconcile compares objects, for which it reads the spec of the network. */
  async function compares({ spec, ...rest }: BitcoinNetwork, partition = 3): Promise<boolean> {
    let reads = 0;
    const resource = {
      ...rest,
      get spec() {
        reads++;
        return spec;
      },
    };
    const current = scope(resource, context);
    reads = 0;
    await reconcileObjects(current, converged, partition);
    return reads > 0;
  }

  test('creates the objects of a network in order, with one event', async () => {
    expect(await reconcile()).toEqual({ failure: undefined, isNew: true });
    expect(context.server.writes).toEqual([
      'apply configmaps/alice-config',
      'apply services/alice-svc',
      'apply statefulsets/alice-sts',
    ]);
    expect(context.recorder.events).toEqual([created]);
  });

  test('reports a network that has a status as not new', async () => {
    const current = { ...network(), status: { observedGeneration: 1 } };
    expect(await reconcile(current)).toMatchObject({ isNew: false });
  });

  test('writes nothing while nothing changes', async () => {
    await reconcile();
    context.server.writes.length = 0;
    expect(await reconcile()).toEqual({ failure: undefined, isNew: false });
    expect(context.server.writes).toEqual([]);
  });

  test('reverts only the object that another client changed', async () => {
    await converge();
    context.server.edit('statefulsets/alice-sts', { spec: { replicas: 5 } });
    await reconcile({ ...network(), status: { observedGeneration: 2 } });
    expect(context.server.writes).toEqual(['apply statefulsets/alice-sts']);
  });

  describe('compares the objects of a converged network again only', () => {
    const status = { observedGeneration: 2 };

    test('not while nothing changes', async () => {
      await converge();
      expect(await compares(network())).toBe(false);
      expect(await compares({ ...network(), status })).toBe(false);
    });

    test('after the spec changed', async () => {
      await converge();
      expect(await compares(network({ nodes: 4 }, { generation: 3 }))).toBe(true);
    });

    test('after the update partition changed', async () => {
      await converge();
      expect(await compares(network(), 2)).toBe(true);
    });

    test('after one of its objects changed or was deleted', async () => {
      await converge();
      context.server.edit('statefulsets/alice-sts', { spec: { replicas: 5 } });
      expect(await compares(network())).toBe(true);
      await converge();
      context.server.objects.delete('services/alice-svc');
      expect(await compares(network())).toBe(true);
    });

    test('after another network took its name', async () => {
      await converge();
      expect(await compares(network({ nodes: 3 }, { uid: 'uid-2' }))).toBe(true);
    });

    test('after a StatefulSet was applied with its pods held', async () => {
      await converge(network(), 1);
      const changed = network({ nodes: 3, config: { txindex: 1 } }, { generation: 3 });
      await reconcile(changed, 1);
      expect(await compares(changed, 1)).toBe(true);
    });
  });

  describe('with an object that the spec no longer needs', () => {
    const key = 'configmaps/alice-config-old';

    beforeEach(async () => {
      await converge();
      const { metadata } = context.server.get('configmaps/alice-config');
      const labels = { [networkLabel]: 'alice' };
      context.server.put(key, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: {
          name: 'alice-config-old',
          labels,
          ownerReferences: metadata.ownerReferences!,
        },
      });
    });

    test('deletes it once and then skips the comparison', async () => {
      await reconcile();
      expect(context.server.writes).toEqual([`delete ${key}`]);
      expect(context.recorder.events).toEqual([
        'Normal Deleted deleted ConfigMap alice-config-old, which the spec no longer needs',
      ]);
      expect(await compares(network())).toBe(false);
    });

    test('keeps it if the network does not own it, and then skips the comparison', async () => {
      context.server.edit(key, { metadata: { ownerReferences: [] } });
      await reconcile();
      expect(context.server.writes).toEqual([]);
      expect(await compares(network())).toBe(false);
      context.server.edit(key, { metadata: { labels: { [networkLabel]: 'alice', a: 'b' } } });
      expect(await compares(network())).toBe(false);
    });

    test('retries a deletion that failed', async () => {
      context.server.faults.set(`delete ${key}`, conflict);
      await expect(reconcile()).rejects.toMatchObject({ code: 409 });
      context.server.faults.clear();
      await reconcile();
      expect(context.server.objects.has(key)).toBe(false);
    });
  });

  test('keeps objects of a network whose apply fails', async () => {
    await converge();
    context.server.edit('services/alice-svc', {
      metadata: { ownerReferences: null, labels: null },
    });
    const { failure } = await reconcile();
    expect(failure).toMatchObject({ reason: 'ObjectExists' });
    // The API server rejects the creation, because the object exists.
    expect(context.server.writes).toEqual(['apply services/alice-svc']);
    expect(context.server.get('services/alice-svc').metadata.labels).toBeUndefined();
  });

  test('stops at an object of another owner until the object is deleted', async () => {
    const metadata = { name: 'alice-svc', namespace: 'lab', uid: 'theirs' };
    context.server.put('services/alice-svc', { apiVersion: 'v1', kind: 'Service', metadata });
    expect(await reconcile()).toEqual({
      failure: expect.objectContaining({ reason: 'ObjectExists', terminal: true }) as object,
      isNew: false,
      requeueAfter: undefined,
    });
    expect(context.server.get('services/alice-svc').spec).toBeUndefined();
    expect(context.server.objects.has('statefulsets/alice-sts')).toBe(false);
    context.server.objects.delete('services/alice-svc');
    expect(await reconcile()).toMatchObject({ failure: undefined });
  });

  test('adopts an object without an owner if both carry the adopt annotation', async () => {
    const annotations = { 'bitcoincontroller.christianb93.github.com/adopt': 'true' };
    const metadata = { name: 'alice-svc', namespace: 'lab', uid: 'theirs', annotations };
    context.server.put('services/alice-svc', { apiVersion: 'v1', kind: 'Service', metadata });
    expect(await reconcile(network({ nodes: 3 }, { annotations }))).toMatchObject({
      failure: undefined,
    });
    expect(context.server.get('services/alice-svc').metadata.ownerReferences).toHaveLength(1);
  });

  test('polls while the objects of a deleted namesake are being removed', async () => {
    await converge();
    expect(await reconcile(network({ nodes: 3 }, { uid: 'uid-2' }))).toEqual({
      failure: expect.objectContaining({ reason: 'PredecessorTerminating' }) as object,
      isNew: false,
      requeueAfter: 1_000,
    });
    expect(context.server.writes).toEqual([]);
  });

  test('reports an invalid spec without a write', async () => {
    expect(await reconcile(network({ nodes: 65 }))).toMatchObject({
      failure: { reason: 'InvalidSpec', terminal: true },
      requeueAfter: undefined,
    });
    expect(context.server.writes).toEqual([]);
  });

  test('reports a namespace that is being deleted, and polls', async () => {
    context.server.faults.set('apply configmaps/alice-config', namespaceTerminating);
    expect(await reconcile()).toEqual({
      failure: {
        reason: 'NamespaceTerminating',
        message: 'the namespace is being deleted',
        terminal: false,
      },
      isNew: false,
      requeueAfter: 1_000,
    });
  });

  test('throws other errors, after an event for the objects that it created', async () => {
    context.server.faults.set('apply statefulsets/alice-sts', { ...conflict, code: 500 });
    await expect(reconcile()).rejects.toMatchObject({ code: 500 });
    expect(context.recorder.events).toEqual([
      'Normal Created created ConfigMap alice-config, Service alice-svc',
    ]);
    context.server.faults.clear();
    await reconcile();
    expect(context.recorder.events.at(-1)).toBe('Normal Created created StatefulSet alice-sts');
  });
});
