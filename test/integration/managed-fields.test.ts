import type { UnstructuredObject } from '../../kube/index.ts';
import { consistently, eventually } from '../framework/eventually.ts';
import { useNamespace } from '../framework/namespace.ts';
import { networkEvents } from '../framework/network-events.ts';
import { conditionOf } from '../framework/network-resource.ts';
import { Network } from '../framework/network.ts';
import { step } from '../framework/step.ts';

/**
 * Any client may drop or rewrite managedFields. The objects and the status are what the controller
 * says all the same.
 */
const kubectl = useNamespace('managed-fields');
const alice = new Network(kubectl, 'alice');
const network = 'bitcoinnetworks.bitcoincontroller.christianb93.github.com/alice';

const objects = ['configmap/alice-config', 'svc/alice-svc', 'sts/alice-sts'];
const noManagedFields = { metadata: { managedFields: [{}] } };
const limits = { memory: '512Mi' };

/** Returns an object with its managedFields, which `kubectl get` hides. */
const getAll = (object: string) => kubectl.get<UnstructuredObject>(object, '--show-managed-fields');

const managersOf = async (object: string) =>
  (await getAll(object)).metadata.managedFields!.map(({ manager }) => manager);

const nodeNames = async () =>
  (await alice.resource()).status!.nodes!.map(({ nodeName }) => nodeName);

/** Waits until the status lists exactly the first nodes. */
const waitForNodes = (count: number) =>
  eventually(20, async () => {
    const names = Array.from({ length: count }, (_, ordinal) => alice.podName(ordinal));
    expect(await nodeNames()).toEqual(names);
  });

const hasLimits = async () =>
  JSON.stringify((await getAll('sts/alice-sts')).spec).includes('"limits"');

step(
  'a network with four nodes becomes ready',
  async () => {
    await alice.apply({ nodes: 4, resources: { requests: { cpu: '10m' }, limits } });
    await alice.waitForCondition('Ready', 90);
    await alice.waitForCondition('PeersConnected', 10);
  },
  120,
);

step(
  'a removed node leaves the status after a client that does not know subresources wrote the network',
  async () => {
    const live = await getAll(network);
    const managedFields = live.metadata.managedFields!.map(({ subresource, ...entry }) => {
      expect(['status', undefined]).toContain(subresource);
      return entry;
    });
    const written = { ...live, metadata: { ...live.metadata, managedFields } };
    await kubectl.run(['replace', '-f', '-'], JSON.stringify(written));
    await alice.patch({ nodes: 3 });
    await waitForNodes(3);
  },
  60,
);

step(
  'a removed node leaves the status after managedFields of the network were dropped',
  async () => {
    await kubectl.patch(network, noManagedFields);
    await alice.patch({ nodes: 2 });
    await waitForNodes(2);
    await alice.patch({ nodes: 1 });
    await waitForNodes(1);
    await alice.waitForCondition('Ready', 30);
  },
  90,
);

step(
  'a condition of another client stays',
  async () => {
    const condition = {
      type: 'Audited',
      status: 'True',
      reason: 'Passed',
      message: '',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    };
    const patch = [{ op: 'add', path: '/status/conditions/-', value: condition }];
    const flags = ['--subresource=status', '--type=json', '-p', JSON.stringify(patch)];
    await kubectl.run(['patch', network, ...flags]);
    await alice.patch({ nodes: 2 });
    await alice.waitForStatus({ readyNodes: 2, connectedNodes: 2 }, 60);
    expect(conditionOf(await alice.resource(), 'Audited')).toMatchObject(condition);
  },
  90,
);

step(
  'objects whose managedFields were dropped neither change nor restart a pod',
  async () => {
    const incarnations = await alice.incarnations();
    const contents = () =>
      Promise.all(
        objects.map(async (object) => {
          const { metadata, spec, data } = await getAll(object);
          return { labels: metadata.labels, owners: metadata.ownerReferences, spec, data };
        }),
      );
    for (const object of objects) await kubectl.run(['label', object, 'team=wallets']);
    const before = await contents();
    const eventCount = (await networkEvents(kubectl, 'alice')).length;
    for (const object of objects) await kubectl.patch(object, noManagedFields);
    for (const object of objects) {
      await eventually(10, async () => {
        expect(await managersOf(object)).toEqual(
          expect.arrayContaining(['bitcoin-controller', 'before-first-apply']),
        );
      });
    }
    await consistently(5, async () => {
      expect(await contents()).toEqual(before);
    });
    expect(await alice.incarnations()).toEqual(incarnations);
    expect(await networkEvents(kubectl, 'alice')).toHaveLength(eventCount);
    expect(conditionOf(await alice.resource(), 'ObjectsApplied').status).toBe('True');
  },
  60,
);

step(
  'a limit that leaves the spec leaves the objects, whatever became of managedFields',
  async () => {
    const isRemoved = () =>
      eventually(20, async () => {
        expect(await hasLimits()).toBe(false);
      });
    const isStored = () =>
      eventually(20, async () => {
        expect(await hasLimits()).toBe(true);
      });
    await alice.patch({ resources: { limits: null } });
    await isRemoved();

    // The controller sees both changes at once or one after the other.
    await alice.patch({ resources: { limits } });
    await isStored();
    await Promise.all([
      kubectl.patch('sts/alice-sts', noManagedFields),
      alice.patch({ resources: { limits: null } }),
    ]);
    await isRemoved();

    // The fields without an owner and those of a stale entry of the controller leave too.
    await alice.patch({ resources: { limits } });
    await isStored();
    const live = await getAll('sts/alice-sts');
    const stale = live.metadata.managedFields!.map((entry) => ({ ...entry, operation: 'Update' }));
    await Promise.all([
      kubectl.patch('sts/alice-sts', { metadata: { managedFields: stale } }),
      alice.patch({ resources: { limits: null } }),
    ]);
    await isRemoved();
    await eventually(20, async () => {
      const entries = (await getAll('sts/alice-sts')).metadata.managedFields!;
      const own = entries.filter(({ manager }) => manager === 'bitcoin-controller');
      expect(own.map(({ operation }) => operation)).toEqual(['Apply']);
    });
  },
  120,
);
