import { eventually } from '../framework/eventually.ts';
import { useNamespace } from '../framework/namespace.ts';
import { networkEvents } from '../framework/network-events.ts';
import { conditionOf } from '../framework/network-resource.ts';
import { Network, type Incarnation } from '../framework/network.ts';
import { step } from '../framework/step.ts';

/** The controller reverts changes of the fields that it owns and keeps the fields of others. */
const kubectl = useNamespace('drift');
const alice = new Network(kubectl, 'alice');
let incarnations: Map<string, Incarnation>;

interface Live {
  metadata: {
    uid: string;
    labels: Record<string, string>;
    annotations?: Record<string, string>;
    ownerReferences?: unknown[];
  };
  data: Record<string, string>;
  spec: { replicas?: number; selector: Record<string, string> };
}

step(
  'a network with two nodes becomes ready and connected',
  async () => {
    await alice.apply({ nodes: 2 });
    await alice.waitForCondition('Ready', 60);
    await alice.waitForCondition('PeersConnected', 10);
    incarnations = await alice.incarnations();
    expect(incarnations.size).toBe(2);
  },
  90,
);

/** Each change with its object, its command, the part that is reverted and the event's note. */
const changes: readonly (readonly [
  string,
  string,
  () => Promise<unknown>,
  (live: Live) => unknown,
  RegExp,
])[] = [
  [
    'a scaled StatefulSet',
    'sts/alice-sts',
    () => kubectl.run(['scale', 'sts', 'alice-sts', '--replicas=5']),
    ({ spec }) => spec.replicas,
    /^reverted StatefulSet alice-sts: spec\.replicas$/,
  ],
  [
    'a changed selector of a Service',
    'svc/alice-svc',
    () => kubectl.patch('svc/alice-svc', { spec: { selector: { app: 'bob' } } }),
    ({ spec }) => spec.selector,
    /^reverted Service alice-svc: spec\.selector/,
  ],
  [
    'a changed key of a ConfigMap',
    'configmap/alice-config',
    () => kubectl.patch('configmap/alice-config', { data: { peers: '0: 7\n' } }),
    ({ data }) => data.peers,
    /^reverted ConfigMap alice-config: data\.peers$/,
  ],
  [
    'a removed rpcauth line',
    'configmap/alice-config',
    () => kubectl.patch('configmap/alice-config', { data: { 'bitcoin.conf': 'regtest=1\n' } }),
    ({ data }) => /^rpcauth=/m.test(data['bitcoin.conf']!),
    /^reverted ConfigMap alice-config: data/,
  ],
  [
    'a deleted ConfigMap',
    'configmap/alice-config',
    () => kubectl.run(['delete', 'configmap', 'alice-config']),
    ({ data }) => Object.keys(data),
    /^recreated ConfigMap alice-config$/,
  ],
  [
    'a deleted Service',
    'svc/alice-svc',
    () => kubectl.run(['delete', 'svc', 'alice-svc']),
    ({ spec }) => spec.selector,
    /^recreated Service alice-svc$/,
  ],
  [
    'a removed owner reference',
    'svc/alice-svc',
    () => kubectl.patch('svc/alice-svc', { metadata: { ownerReferences: null } }),
    ({ metadata }) => metadata.ownerReferences,
    /^reverted Service alice-svc: metadata\.ownerReferences/,
  ],
];
for (const [change, object, makeChange, read, note] of changes) {
  step(
    `${change} is reverted within 2 s and recorded in one event`,
    async () => {
      const get = async () => read(await kubectl.get<Live>(object));
      const eventCount = async () =>
        (await networkEvents(kubectl, 'alice')).filter(({ message }) => note.test(message)).length;
      const desired = await get();
      const before = await eventCount();
      await makeChange();
      await eventually(2, async () => {
        expect(await get()).toEqual(desired);
      });
      await eventually(2, async () => {
        expect(await eventCount()).toBe(before + 1);
      });
    },
    30,
  );
}

step(
  'labels and annotations of other clients are preserved',
  async () => {
    await kubectl.run(['label', 'sts', 'alice-sts', 'team=wallets']);
    await kubectl.run(['annotate', 'svc', 'alice-svc', 'note=mine']);
    // The controller applies both objects again.
    await kubectl.run(['scale', 'sts', 'alice-sts', '--replicas=4']);
    await kubectl.patch('svc/alice-svc', { spec: { selector: { app: 'bob' } } });
    await eventually(5, async () => {
      const { metadata, spec } = await kubectl.get<Live>('sts', 'alice-sts');
      expect(spec.replicas).toBe(2);
      expect(metadata.labels.team).toBe('wallets');
    });
    await eventually(5, async () => {
      const { metadata, spec } = await kubectl.get<Live>('svc', 'alice-svc');
      expect(spec.selector.app).toBe('alice');
      expect(metadata.annotations).toMatchObject({ note: 'mine' });
    });
  },
  30,
);

step(
  'reverting changes restarts no pod',
  async () => {
    await alice.waitForCondition('Ready', 30);
    const now = await alice.incarnations();
    for (const [pod, incarnation] of incarnations) expect(now.get(pod)).toEqual(incarnation);
    const events = await networkEvents(kubectl, 'alice');
    expect(events.filter(({ reason }) => reason === 'RollingUpdate')).toEqual([]);
  },
  60,
);

step(
  'an existing object of another owner is left unchanged until the network adopts it',
  async () => {
    const bob = new Network(kubectl, 'bob');
    const foreign = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'bob-svc' },
      spec: { clusterIP: 'None', selector: { app: 'somebody' } },
    };
    await kubectl.apply(foreign);
    const { uid } = (await kubectl.get<Live>('svc', 'bob-svc')).metadata;
    await bob.apply({ nodes: 1 });
    await bob.waitForCondition('Stalled', 10);
    const adopt = 'bitcoincontroller.christianb93.github.com/adopt=true';
    expect(conditionOf(await bob.resource(), 'Ready')).toMatchObject({
      status: 'False',
      reason: 'ObjectExists',
      message: expect.stringContaining(
        'Service bob-svc already exists and is not owned by this network: delete it, ' +
          'or annotate both to let the network adopt it: ' +
          `kubectl annotate -n ${kubectl.namespace!} service/bob-svc ${adopt} && ` +
          `kubectl annotate -n ${kubectl.namespace!} bitcoinnetwork/bob ${adopt}`,
      ) as string,
    });
    expect((await kubectl.get<Live>('svc', 'bob-svc')).spec.selector).toEqual({ app: 'somebody' });
    // The author of a network may have no permission to change the Service.
    await kubectl.run(['annotate', 'bitcoinnetwork/bob', adopt]);
    await eventually(10, async () => {
      expect(conditionOf(await bob.resource(), 'ObjectsApplied').reason).toBe('ObjectExists');
    });
    expect((await kubectl.get<Live>('svc', 'bob-svc')).spec.selector).toEqual({ app: 'somebody' });
    await kubectl.run(['annotate', 'bitcoinnetwork/bob', `${adopt.split('=')[0]!}-`]);
    await kubectl.run(['annotate', 'service/bob-svc', adopt]);
    await kubectl.run(['annotate', 'bitcoinnetwork/bob', adopt]);
    await bob.waitForCondition('Ready', 60);
    const adopted = await kubectl.get<Live>('svc', 'bob-svc');
    expect(adopted.metadata.uid).toBe(uid);
    expect(adopted.metadata.ownerReferences).toHaveLength(1);
  },
  90,
);
