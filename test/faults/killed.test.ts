import { Cluster } from '../framework/cluster.ts';
import { eventually } from '../framework/eventually.ts';
import { Informer } from '../framework/informer.ts';
import { Network } from '../framework/network.ts';
import type { Pod } from '../framework/pod.ts';
import { pods as podResource } from '../framework/resources.ts';
import { step } from '../framework/step.ts';
import { ControllerKiller } from './controller-killer.ts';
import { faultScale } from './fault-scale.ts';
import {
  configEdits,
  hasConverged,
  scaling,
  serviceDrift,
  startup,
  type Workload,
} from './workload.ts';

/**
 * The controller is killed by SIGKILL at each of its requests, both before the request is sent and
 * after the response arrived. The next controller must complete the work without duplicates.
 */

/** The number of kills at each point, half of them before the request and half after. */
const rounds = faultScale(20, 2);

let cluster: Cluster;
let killer: ControllerKiller;
/** A network without nodes. */
let alice: Network;
let mesh: Network;
let pods: Informer<Pod>;
/** The uids of all pods so far, by name. */
const podUids = new Map<string, Set<string>>();

beforeAll(async () => {
  cluster = await Cluster.start();
  killer = new ControllerKiller(cluster);
  alice = new Network(cluster.kubectl, 'alice');
  mesh = new Network(cluster.kubectl, 'mesh');
  pods = new Informer<Pod>(cluster.client, podResource, ({ metadata }) => {
    const uids = podUids.get(metadata.name) ?? new Set();
    podUids.set(metadata.name, uids.add(metadata.uid!));
    return true;
  });
  await pods.waitForSync();
  await alice.apply({ nodes: 0 });
}, 120_000);

afterAll(async () => {
  await pods.stop();
  await cluster.stop();
}, 60_000);

/** Waits until a controller that is not killed has all nodes of `mesh` ready and linked. */
async function converge(): Promise<void> {
  const controller = await killer.start();
  await eventually(60, async () => {
    expect(await hasConverged(mesh)).toBe(true);
  });
  await controller.stop();
}

/** Kills controllers before and after a request. */
async function killAround(request: string, workload: Workload): Promise<void> {
  for (const time of ['before', 'after']) {
    await killer.killAt(`${time} ${request}`, workload, rounds / 2);
  }
}

/** The uid and the key of each Secret in the controller's namespace. */
async function masterKeys(): Promise<[string, string | undefined][]> {
  const { items } = await cluster.kubectl.in('bitcoin-controller').get<{
    items: { metadata: { uid: string }; data: Record<string, string> }[];
  }>('secrets');
  return items.map(({ metadata, data }) => [metadata.uid, data['master-key']]);
}

step(
  'a controller killed while creating its master key uses the same key after a restart',
  async () => {
    await killer.killAt('before ^POST .*/secrets', startup, rounds / 2);
    for (let kill = 0; kill < rounds / 2; kill++) {
      await cluster.kubectl.in('bitcoin-controller').run(['delete', 'secrets', '--all']);
      const doomed = await killer.startDoomed('after ^POST .*/secrets');
      await eventually(20, () => {
        expect(doomed.signalCode).toBe('SIGKILL');
      });
      const created = await masterKeys();
      expect(created).toHaveLength(1);
      const next = await killer.start();
      await next.waitUntilReady();
      await next.stop();
      expect(await masterKeys()).toEqual(created);
    }
  },
  60 + rounds * 10,
);

const requests: readonly (readonly [string, string, () => Workload])[] = [
  ['taking its Lease', '^(POST|PUT|PATCH) .*/leases', () => startup],
  ['listing networks', '^GET .*/bitcoinnetworks', () => startup],
  ['listing pods', '^GET .*/pods', () => startup],
  ['applying a ConfigMap', '^PATCH .*/configmaps/', () => configEdits(alice, 0)],
  ['applying a StatefulSet', '^PATCH .*/statefulsets/', () => configEdits(alice, 0)],
  ['applying a Service', '^PATCH .*/services/', () => serviceDrift(alice)],
  ['writing an event', '^(POST|PATCH) .*/events', () => serviceDrift(alice)],
  ['writing a status', '^PATCH .*/bitcoinnetworks/[^/]*/status', () => configEdits(alice, 0)],
];
for (const [activity, request, workload] of requests) {
  step(
    `a controller killed while ${activity} completes its work after a restart`,
    () => killAround(request, workload()),
    60 + rounds * 10,
  );
}

step(
  'a controller killed at any RPC call scales a network without restarting the remaining nodes',
  async () => {
    await mesh.apply({ nodes: 3 });
    await converge();
    for (const call of ['getpeerinfo', '"add"', '"onetry"', '"remove"', 'disconnectnode']) {
      await killAround(`^POST / .*${call}`, scaling(mesh));
    }
    for (const ordinal of [0, 1, 2]) expect(podUids.get(mesh.podName(ordinal))!.size).toBe(1);
    await mesh.apply({ nodes: 3 });
  },
  120 + rounds * 60,
);

step(
  'a controller killed during a rolling update replaces each node once without losing a block',
  async () => {
    await converge();
    await mesh.mine(200);
    const edits = configEdits(mesh, 3);
    let editCount = 0;
    const countedEdits: Workload = {
      ...edits,
      begin(edit) {
        editCount++;
        return edits.begin(edit);
      },
    };
    await killAround('^PATCH .*/statefulsets/mesh-sts', countedEdits);
    for (const ordinal of [0, 1, 2]) {
      expect(podUids.get(mesh.podName(ordinal))!.size).toBe(1 + editCount);
    }
    expect(await mesh.heights(3)).toEqual([200, 200, 200]);
  },
  240 + rounds * 60,
);
