import { setTimeout as sleep } from 'node:timers/promises';
import { countWrites, formatRequests } from '../framework/audit-log.ts';
import { Cluster } from '../framework/cluster.ts';
import { eventually } from '../framework/eventually.ts';
import { networkEvents } from '../framework/network-events.ts';
import { conditionOf, isReady } from '../framework/network-resource.ts';
import { Network } from '../framework/network.ts';
import { step } from '../framework/step.ts';

/** A policy changes a field that the controller applies: the policy wins, and costs nothing. */

let cluster: Cluster;
let alice: Network;

const policyName = 'memory-requests';
const memoryField = 'spec.template.spec.containers{"name":"bitcoind"}.resources.requests.memory';

/** Sets the memory request of bitcoind in every StatefulSet. */
const policy = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingAdmissionPolicy',
  metadata: { name: policyName },
  spec: {
    reinvocationPolicy: 'Never',
    failurePolicy: 'Fail',
    matchConstraints: {
      resourceRules: [
        {
          apiGroups: ['apps'],
          apiVersions: ['v1'],
          operations: ['CREATE', 'UPDATE'],
          resources: ['statefulsets'],
        },
      ],
    },
    mutations: [
      {
        patchType: 'JSONPatch',
        jsonPatch: {
          expression:
            '[JSONPatch{op: "replace", value: "48Mi", ' +
            'path: "/spec/template/spec/containers/0/resources/requests/memory"}]',
        },
      },
    ],
  },
};
const binding = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingAdmissionPolicyBinding',
  metadata: { name: policyName },
  spec: { policyName },
};

interface LiveStatefulSet {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly { readonly resources: { readonly requests: object } }[];
      };
    };
  };
}

beforeAll(async () => {
  cluster = await Cluster.start();
  alice = new Network(cluster.kubectl, 'alice');
  await cluster.startController();
}, 120_000);

afterAll(() => cluster.stop(), 60_000);

const memory = async () => {
  const { spec } = await cluster.kubectl.get<LiveStatefulSet>('sts', 'alice-sts');
  return spec.template.spec.containers[0]!.resources.requests;
};

/** The applies of StatefulSets since a time. */
async function appliesSince(time: Date): Promise<number> {
  return (await cluster.audit.requestsSince(time)).get('patch statefulsets') ?? 0;
}

/** Replaces all nodes, and returns the number of applies of the StatefulSet. */
async function roll(dbcache: number): Promise<number> {
  const start = new Date();
  const before = [...(await alice.incarnations()).values()].map(({ uid }) => uid);
  await alice.patch({ config: { dbcache } });
  await eventually(120, async () => {
    const now = [...(await alice.incarnations()).values()].map(({ uid }) => uid);
    expect(now.filter((uid) => before.includes(uid))).toEqual([]);
    expect(isReady(await alice.resource())).toBe(true);
  });
  // The reconcile that holds all pods again may follow.
  await sleep(2_000);
  return appliesSince(start);
}

step(
  'a network is ready although a policy was created before its next rollout',
  async () => {
    await alice.apply({ nodes: 3 });
    await alice.waitForCondition('Ready', 90);
    await cluster.kubectl.apply(policy);
    await cluster.kubectl.apply(binding);
    // The API server reads policies from a watch.
    await sleep(5_000);
  },
  120,
);

step(
  'a rollout ends after one apply for each of its steps',
  async () => {
    // The template, three nodes, and the partition that holds every pod.
    expect(await roll(5)).toBeLessThanOrEqual(5);
    expect(await memory()).toMatchObject({ memory: '48Mi' });
    expect(await roll(6)).toBeLessThanOrEqual(5);
  },
  300,
);

step(
  'the condition ObjectsApplied and one event name the field, and the network is ready',
  async () => {
    const resource = await alice.resource();
    expect(conditionOf(resource, 'ObjectsApplied')).toMatchObject({
      status: 'False',
      reason: 'OverriddenByAdmission',
      message: expect.stringContaining(`StatefulSet alice-sts: ${memoryField}`) as string,
    });
    expect(conditionOf(resource, 'Ready').status).toBe('True');
    expect(conditionOf(resource, 'Stalled').status).toBe('False');
    const events = await networkEvents(cluster.kubectl, 'alice');
    const overridden = events.filter(({ reason }) => reason === 'OverriddenByAdmission');
    expect(overridden.map(({ message }) => message)).toEqual([
      `admission changed StatefulSet alice-sts: ${memoryField}`,
    ]);
    expect(events.filter(({ reason }) => reason === 'Reverted')).toEqual([]);
  },
  20,
);

step(
  'the controller writes nothing while nothing changes',
  async () => {
    // The StatefulSet reports its nodes available after 10 s.
    await sleep(12_000);
    const start = new Date();
    await sleep(35_000);
    // The recorder may count a repeated event up to minutes later.
    const requests = [...(await cluster.audit.requestsSince(start))].filter(
      ([request]) => !request.endsWith(' events'),
    );
    const writes = countWrites(new Map(requests));
    expect([writes, formatRequests(new Map(requests))]).toEqual([0, expect.any(String)]);
  },
  90,
);

step(
  'a network that is created under the policy is applied once',
  async () => {
    const bob = new Network(cluster.kubectl, 'bob');
    const start = new Date();
    await bob.apply({ nodes: 1 });
    await bob.waitForCondition('Ready', 90);
    await bob.waitForCondition('ObjectsApplied=False', 10);
    expect(await appliesSince(start)).toBe(1);
    const events = await networkEvents(cluster.kubectl, 'bob');
    expect(events.map(({ reason }) => reason).sort()).toEqual([
      ...['Created', 'OverriddenByAdmission', 'PeersConnected', 'Ready'],
    ]);
  },
  120,
);
