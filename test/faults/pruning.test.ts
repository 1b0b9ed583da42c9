import { join } from 'node:path';
import { checkout } from '../framework/checkout.ts';
import { Cluster } from '../framework/cluster.ts';
import { eventually } from '../framework/eventually.ts';
import { Network } from '../framework/network.ts';
import { step } from '../framework/step.ts';
import { ControllerKiller } from './controller-killer.ts';
import { faultScale } from './fault-scale.ts';
import type { Workload } from './workload.ts';

/*
 * The controller of these tests manages one more kind, which extra-kind-hook.ts declares: a network
 * has a PodDisruptionBudget while its spec.config.maxconnections is even.
 */
const extraKindHook = join(checkout, 'test/framework/extra-kind-hook.ts');
const resource = 'poddisruptionbudgets.policy';

/** The number of kills at each request, half of them before and half after it. */
const rounds = faultScale(20, 2);

let cluster: Cluster;
let killer: ControllerKiller;
let alice: Network;

beforeAll(async () => {
  cluster = await Cluster.start();
  killer = new ControllerKiller(cluster, ['--import', extraKindHook]);
  alice = new Network(cluster.kubectl, 'alice');
  await grantBudgets();
}, 120_000);

afterAll(() => cluster.stop(), 60_000);

/** Grants the permissions on the extra kind that rbac.ts grants on each managed kind. */
async function grantBudgets(): Promise<void> {
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const metadata = { name: 'extra-kind' };
  const verbs = ['get', 'list', 'watch', 'create', 'patch', 'delete'];
  const [apiGroups, resources] = [['policy'], ['poddisruptionbudgets']];
  const rules = [{ apiGroups, resources, verbs }];
  await cluster.kubectl.apply({ apiVersion, kind: 'ClusterRole', metadata, rules });
  await cluster.kubectl.apply({
    ...{ apiVersion, kind: 'ClusterRoleBinding', metadata },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'extra-kind' },
    subjects: [
      {
        kind: 'ServiceAccount',
        namespace: 'bitcoin-controller',
        name: 'bitcoin-controller-sva',
      },
    ],
  });
}

/** Returns the names of the PodDisruptionBudgets in the test namespace. */
async function budgets(): Promise<string[]> {
  const { items } = await cluster.kubectl.get<{ items: { metadata: { name: string } }[] }>(
    resource,
  );
  return items.map(({ metadata }) => metadata.name);
}

/** Edits after which the network has a PodDisruptionBudget and has none, in turn. */
const budgetEdits: Workload = {
  begin: (edit) => alice.apply({ nodes: 0, config: { maxconnections: 100 + edit } }),
  async isDone(edit) {
    const { metadata, status } = await alice.resource();
    const exists = (await budgets()).includes('alice-pdb');
    return exists === (edit % 2 === 0) && status?.observedGeneration === metadata.generation;
  },
};

const requests: readonly (readonly [string, string])[] = [
  ['creating an object', '^PATCH .*/poddisruptionbudgets/'],
  ['reading an object that the spec no longer needs', '^GET .*/poddisruptionbudgets/'],
  ['deleting an object that the spec no longer needs', '^DELETE .*/poddisruptionbudgets/'],
];
for (const [activity, request] of requests) {
  step(
    `a controller killed while ${activity} completes its work after a restart`,
    async () => {
      for (const time of ['before', 'after']) {
        await killer.killAt(`${time} ${request}`, budgetEdits, rounds / 2);
      }
    },
    60 + rounds * 10,
  );
}

step(
  'the controller deletes its own object with an event, and does not change objects of other owners',
  async () => {
    const spec = { maxUnavailable: 1, selector: { matchLabels: { app: 'other' } } };
    const labels = { 'bitcoincontroller.christianb93.github.com/network': 'alice' };
    const foreign = (name: string, metadata: object = {}) => ({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name, ...metadata },
      spec,
    });
    const controller = await killer.start();
    await alice.apply({ nodes: 0, config: { maxconnections: 1000 } });
    await eventually(20, async () => {
      expect(await budgets()).toContain('alice-pdb');
    });
    // Objects without our owner: one with the label, one of another network.
    await cluster.kubectl.apply(foreign('labeled', { labels }));
    const bob = { 'bitcoincontroller.christianb93.github.com/network': 'bob' };
    await cluster.kubectl.apply(foreign('bob-pdb', { labels: bob }));
    await alice.apply({ nodes: 0, config: { maxconnections: 1001 } });
    await eventually(20, async () => {
      expect(await budgets()).toEqual(['bob-pdb', 'labeled']);
    });
    await eventually(20, async () => {
      const events = await cluster.kubectl.get<{ items: { reason: string; note: string }[] }>(
        'events.events.k8s.io',
      );
      expect(events.items).toContainEqual(
        expect.objectContaining({
          reason: 'Deleted',
          note: 'deleted PodDisruptionBudget alice-pdb, which the spec no longer needs',
        }),
      );
    });

    // An object of another owner, with the label and a name of the naming scheme.
    const { metadata: other } = await cluster.kubectl.get<{ metadata: { uid: string } }>(
      'configmap',
      'kube-root-ca.crt',
    );
    const ownerReferences = [
      {
        ...{ apiVersion: 'v1', kind: 'ConfigMap', name: 'kube-root-ca.crt', uid: other.uid },
        controller: true,
      },
    ];
    await cluster.kubectl.apply(foreign('alice-pdb', { labels, ownerReferences }));
    await alice.apply({ nodes: 0, config: { maxconnections: 1003 } });
    await eventually(20, async () => {
      const { metadata, status } = await alice.resource();
      expect(status?.observedGeneration).toBe(metadata.generation);
    });
    expect(await budgets()).toEqual(['alice-pdb', 'bob-pdb', 'labeled']);
    await controller.stop();
  },
  120,
);
