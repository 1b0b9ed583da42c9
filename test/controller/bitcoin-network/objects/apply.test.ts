import {
  applyObject,
  isApplied,
  type DesiredObject,
} from '../../../../controller/bitcoin-network/objects/apply.ts';
import { Overrides } from '../../../../controller/bitcoin-network/objects/overrides.ts';
import { synthesize } from '../../../../controller/bitcoin-network/objects/synthesize.ts';
import type { BitcoinNetwork } from '../../../../imports/bitcoin-network.ts';
import { ConflictError } from '../../../../kube/api/errors.ts';
import type { KubeObject, UnstructuredObject } from '../../../../kube/api/object.ts';
import { digest } from '../../../../kube/apply/owned-fields.ts';
import {
  dependencies,
  network,
  objectsApplied,
  scope,
  type TestDependencies,
} from '../../builders.ts';
import { conflict } from '../../memory-transport.ts';

const key = 'statefulsets/alice-sts';
/** A network whose status describes its spec, so that changes come from another client. */
const settled = (spec = network().spec): BitcoinNetwork => ({
  ...network(spec),
  status: { observedGeneration: 2, conditions: [objectsApplied(2)] },
});

describe('applyObject', () => {
  let context: TestDependencies;
  let overrides: Overrides;

  beforeEach(() => {
    context = dependencies();
    overrides = new Overrides();
  });

  function desired(resource: BitcoinNetwork, partition: number): DesiredObject {
    const objects = synthesize(scope(resource, context), partition) as UnstructuredObject[];
    const object = objects.find(({ kind }) => kind === 'StatefulSet')!;
    return { object, digest: digest(object) };
  }

  /** Applies the StatefulSet of a network. */
  const apply = (resource = network(), partition = 3) =>
    applyObject(scope(resource, context), overrides, desired(resource, partition));

  const partition = () => {
    const { spec } = context.server.get(key);
    return (spec as { updateStrategy: { rollingUpdate: { partition: number } } }).updateStrategy
      .rollingUpdate.partition;
  };

  test('creates an object without a read, and leaves the event to the caller', async () => {
    context.server.faults.set(`get ${key}`, { ...conflict, code: 500 });
    expect(await apply()).toEqual({ isCreated: true });
    expect(context.server.writes).toEqual([`apply ${key}`]);
    expect(context.recorder.events).toEqual([]);
    expect(context.cache.recorded).toEqual(['StatefulSet alice-sts']);
  });

  test('neither reads nor writes an object whose digest is the desired one', async () => {
    await apply();
    context.server.writes.length = 0;
    context.server.faults.set(`get ${key}`, conflict);
    expect(isApplied(context.cache.managed.get('StatefulSet')!, desired(network(), 3))).toBe(true);
    expect(await apply()).toEqual({});
    expect(context.server.writes).toEqual([]);
  });

  test('reads an object whose digest differs, and writes nothing if only its notation differs', async () => {
    const resource = network({ nodes: 3, resources: { requests: { cpu: '1000m' } } });
    await apply(resource);
    const text = JSON.stringify(context.server.get(key));
    context.server.put(key, JSON.parse(text.replaceAll('"1000m"', '"1"')) as UnstructuredObject);
    context.server.writes.length = 0;
    expect(isApplied(context.cache.managed.get('StatefulSet')!, desired(resource, 3))).toBe(false);
    expect(await apply(resource)).toEqual({});
    expect(context.server.writes).toEqual([]);
  });

  describe('in a network whose spec did not change', () => {
    test('reverts a field that another client changed', async () => {
      await apply();
      context.server.edit(key, { spec: { replicas: 5 } });
      await apply(settled());
      expect(context.server.get(key)).toMatchObject({ spec: { replicas: 3 } });
      expect(context.recorder.events).toEqual([
        'Normal Reverted reverted StatefulSet alice-sts: spec.replicas',
      ]);
    });

    test('records Updated for fields that an upgrade of the controller changed', async () => {
      const { object, digest: desiredDigest } = desired(settled(), 3);
      const older = { ...(object.spec as object), minReadySeconds: 5 };
      await applyObject(scope(settled(), context), overrides, {
        object: { ...object, spec: older },
        digest: desiredDigest,
      });
      await apply(settled());
      expect(context.recorder.events).toEqual([
        'Normal Updated updated StatefulSet alice-sts: spec.minReadySeconds',
      ]);
    });

    test('recreates an object that another client deleted', async () => {
      await apply();
      context.server.objects.delete(key);
      expect(await apply(settled())).toEqual({ isCreated: true });
      expect(context.server.objects.has(key)).toBe(true);
    });

    test('records no event if only the update partition moves', async () => {
      await apply();
      await apply(settled(), 2);
      expect(partition()).toBe(2);
      expect(context.recorder.events).toEqual([]);
    });
  });

  describe('in a network whose spec changed', () => {
    test('updates the object and names at most 3 fields', async () => {
      await apply();
      await apply(network({ nodes: 4, image: 'docker.io/bitcoin/bitcoin:30.0', secret: 'login' }));
      expect(context.recorder.events).toEqual([
        'Normal Updated updated StatefulSet alice-sts: spec.replicas, ' +
          'spec.template.spec.containers, spec.template.spec.initContainers',
      ]);
      await apply(
        network({
          nodes: 3,
          image: 'docker.io/bitcoin/bitcoin:31.0',
          config: { txindex: 1 },
          imagePullSecrets: [{ name: 'registry' }],
        }),
      );
      expect(context.recorder.events.at(-1)).toMatch(/^Normal Updated .* and 2 more$/);
    });

    test('removes a field that is no longer desired, which managedFields record', async () => {
      await apply(network({ nodes: 3, imagePullSecrets: [{ name: 'registry' }] }));
      expect(JSON.stringify(context.server.get(key).spec)).toContain('imagePullSecrets');
      await apply(network({ nodes: 3 }, { generation: 3 }));
      expect(JSON.stringify(context.server.get(key).spec)).not.toContain('imagePullSecrets');
    });
  });

  describe('if the pod template changed', () => {
    const changed = network({ nodes: 3, config: { txindex: 1 } }, { generation: 3 });

    test('holds every existing pod, even during a rollout', async () => {
      await apply(network(), 1);
      await apply(changed, 1);
      expect(partition()).toBe(3);
    });

    test('holds every existing pod even if another client dropped managedFields', async () => {
      await apply(network(), 1);
      const { metadata, ...object } = context.server.get(key);
      context.server.put(key, { ...object, metadata: { ...metadata, managedFields: [] } });
      await apply(changed, 1);
      expect(partition()).toBe(3);
    });

    test('lets nodes that do not exist yet start with the new revision', async () => {
      await apply();
      await apply(network({ nodes: 5, config: { txindex: 1 } }), 5);
      expect(partition()).toBe(3);
    });

    test('holds no more pods than the network has nodes', async () => {
      await apply();
      await apply(network({ nodes: 2, config: { txindex: 1 } }), 2);
      expect(partition()).toBe(2);
    });
  });

  test('does not change or cache an object of another owner', async () => {
    const foreign = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'alice-sts' } };
    context.server.put(key, { ...foreign, spec: { template: {} } });
    const failure = { reason: 'ObjectExists', terminal: true };
    expect(await apply()).toMatchObject({ failure });
    expect(context.server.get(key).spec).toEqual({ template: {} });
    expect(context.cache.recorded).toEqual([]);
  });

  test('restores the owner reference of an object that lost it', async () => {
    await apply();
    context.server.edit(key, { metadata: { ownerReferences: null } });
    expect(await apply(settled())).toEqual({});
    expect(context.server.get(key).metadata.ownerReferences).toHaveLength(1);
    expect(context.recorder.events).toEqual([
      'Normal Reverted reverted StatefulSet alice-sts: metadata.ownerReferences',
    ]);
  });

  test('records what admission changed instead of an update that did not happen', async () => {
    await apply();
    context.server.edit(key, { spec: { replicas: 5 } });
    const unchanged = context.server.get(key);
    const client = {
      get: context.client.get.bind(context.client),
      delete: context.client.delete.bind(context.client),
      patch: <T>() => Promise.resolve(unchanged as T),
    };
    const current = scope(settled(), { ...context, client });
    expect(await applyObject(current, overrides, desired(network(), 3))).toEqual({
      overridden: ['spec.replicas'],
    });
    expect(context.recorder.events).toEqual([
      'Normal OverriddenByAdmission admission changed StatefulSet alice-sts: spec.replicas',
    ]);
  });

  test('throws the error of the API server', async () => {
    context.server.faults.set(`apply ${key}`, { ...conflict, code: 500 });
    await expect(apply()).rejects.toMatchObject({ code: 500 });
  });

  test('throws a conflict for an object that is deleted after its creation was rejected', async () => {
    context.server.faults.set(`apply ${key}`, conflict);
    await expect(apply()).rejects.toThrow(ConflictError);
  });

  test('updates no other object that took the name after the read', async () => {
    await apply();
    context.server.edit(key, { spec: { replicas: 5 } });
    const read = context.client.get.bind(context.client);
    const client = {
      patch: context.client.patch.bind(context.client),
      delete: context.client.delete.bind(context.client),
      get: async <T extends KubeObject>(...args: Parameters<typeof read>) => {
        const live = await read<T>(...args);
        context.server.edit(key, { metadata: { uid: 'uid-of-another' } });
        return live;
      },
    };
    const current = scope(settled(), { ...context, client });
    await expect(applyObject(current, overrides, desired(network(), 3))).rejects.toMatchObject({
      code: 409,
    });
    expect(context.server.get(key)).toMatchObject({ spec: { replicas: 5 } });
  });

  test('throws an error of the read other than 404', async () => {
    await apply();
    context.server.edit(key, { spec: { replicas: 5 } });
    context.server.writes.length = 0;
    context.server.faults.set(`get ${key}`, { ...conflict, code: 403 });
    await expect(apply()).rejects.toMatchObject({ code: 403 });
    expect(context.server.writes).toEqual([]);
  });
});
