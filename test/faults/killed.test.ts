import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster } from '../framework/cluster.ts';
import type { ControllerProcess } from '../framework/controller-process.ts';
import { Informer } from '../framework/informer.ts';
import { eventually } from '../framework/eventually.ts';
import { Network } from '../framework/network.ts';
import { isConnected } from '../framework/network-resource.ts';
import type { Pod } from '../framework/pod.ts';
import { pods as podResource } from '../framework/resources.ts';
import { step } from '../framework/step.ts';
import { faultScale } from './fault-scale.ts';

/**
 * The controller is ended by SIGKILL at every request that it makes, before it is sent and after it
 * was answered: started again it converges, and nothing is done twice that must not be.
 */

/** How often it is killed at each point, half of them before and half after. */
const rounds = faultScale(20, 2);

const killer = join(import.meta.dirname, '../framework/sigkill-hook.ts');
/** What the Lease knows it by: as a restarted container it need not wait for its own Lease. */
const env = { POD_NAME: 'controller' };

let cluster: Cluster;
let alice: Network;
let mesh: Network;
let pods: Informer<Pod>;
let edits = 0;
/** The uids that pods of a name have had. */
const incarnations = new Map<string, Set<string>>();

beforeAll(async () => {
  cluster = await Cluster.start();
  alice = new Network(cluster.kubectl, 'alice');
  mesh = new Network(cluster.kubectl, 'mesh');
  pods = new Informer<Pod>(cluster.client, podResource, ({ metadata }) => {
    const uids = incarnations.get(metadata.name) ?? new Set();
    incarnations.set(metadata.name, uids.add(metadata.uid!));
    return true;
  });
  await pods.waitForSync();
  await alice.apply({ nodes: 0 });
}, 120_000);

afterAll(async () => {
  await pods.stop();
  await cluster.stop();
}, 60_000);

/** What starts a reconcile that comes to the point, and tells when it is done. */
interface Work {
  /** @param edit counts from 1 over all points */
  begin(edit: number): Promise<void>;
  isDone(edit: number, controller: ControllerProcess): Promise<boolean>;
}

const hasConverged = async (network: Network) => isConnected(await network.resource());

/** An edit of the config, which is in the ConfigMap and in the StatefulSet's checksum. */
const editOf = (network: Network, nodes: number): Work => ({
  begin: (edit) => network.apply({ nodes, config: { maxconnections: 100 + edit } }),
  async isDone(edit) {
    const config = await configOf(network);
    return config.includes(`maxconnections=${100 + edit}\n`) && (await hasConverged(network));
  },
});

async function configOf({ kubectl, name }: Network): Promise<string> {
  const { data } = await kubectl.get<{ data: Record<string, string> }>('cm', `${name}-config`);
  return data['bitcoin.conf']!;
}

/** A change by another hand, which is put back with an event. */
const drift: Work = {
  async begin() {
    await alice.kubectl.patch('service/alice-svc', { spec: { selector: { app: 'nobody' } } });
  },
  async isDone() {
    const service = await alice.kubectl.get<{ spec: { selector: Record<string, string> } }>(
      'service',
      'alice-svc',
    );
    return service.spec.selector.app === 'alice';
  },
};

/** Three nodes become five and three again, in turn. */
const scaling: Work = {
  begin: (edit) => mesh.apply({ nodes: edit % 2 === 0 ? 5 : 3 }),
  isDone: () => hasConverged(mesh),
};

/** No more than to start. */
const start: Work = {
  async begin() {
    // The start itself is the work.
  },
  isDone: (_, controller) => controller.isReady(),
};

const startToDie = (point: string) =>
  cluster.startController({
    env: { ...env, KILL_AT: point },
    nodeOptions: ['--import', killer],
  });

/** Edits in a row that may not lead to a point: some calls are made only for every other one. */
const patience = 4;

/** Kills the controller at a point until it was killed so often, and lets it finish then. */
async function killAt(point: string, work: Work, kills: number): Promise<void> {
  let killed = 0;
  let fruitless = 0;
  while (killed < kills) {
    if (fruitless === patience) throw new Error(`the controller came to no request like ${point}`);
    fruitless++;
    await work.begin(++edits);
    while (killed < kills) {
      const dying = await startToDie(point);
      // It may come to the point after all else is done, as with an event.
      for (let idle = 0; !dying.hasEnded && idle < 10;) {
        await sleep(100);
        idle = (await work.isDone(edits, dying)) ? idle + 1 : 0;
      }
      if (dying.signalCode === 'SIGKILL') {
        killed++;
        fruitless = 0;
        continue;
      }
      expect(dying.hasEnded).toBe(false);
      await dying.stop();
      break;
    }
  }
  const last = await cluster.startController({ env });
  await eventually(120, async () => {
    expect(await work.isDone(edits, last)).toBe(true);
  });
  await last.stop();
}

/** Uid and key of the Secrets in the controller's namespace. */
async function masterKeys(): Promise<[string, string | undefined][]> {
  const { items } = await cluster.kubectl.in('bitcoin-controller').get<{
    items: { metadata: { uid: string }; data: Record<string, string> }[];
  }>('secrets');
  return items.map(({ metadata, data }) => [metadata.uid, data['master-key']]);
}

step(
  'making its master key, of which it makes one',
  async () => {
    await killAt('before ^POST .*/secrets', start, rounds / 2);
    for (let kill = 0; kill < rounds / 2; kill++) {
      await cluster.kubectl.in('bitcoin-controller').run(['delete', 'secrets', '--all']);
      const dying = await startToDie('after ^POST .*/secrets');
      await eventually(20, () => {
        expect(dying.signalCode).toBe('SIGKILL');
      });
      const made = await masterKeys();
      expect(made).toHaveLength(1);
      const next = await cluster.startController({ env });
      await next.waitUntilReady();
      await next.stop();
      expect(await masterKeys()).toEqual(made);
    }
  },
  60 + rounds * 10,
);

const points: readonly (readonly [string, string, () => Work])[] = [
  ['taking its Lease', '^(POST|PUT|PATCH) .*/leases', () => start],
  ['listing networks', '^GET .*/bitcoinnetworks', () => start],
  ['listing pods', '^GET .*/pods', () => start],
  ['applying a ConfigMap', '^PATCH .*/configmaps/', () => editOf(alice, 0)],
  ['applying a StatefulSet', '^PATCH .*/statefulsets/', () => editOf(alice, 0)],
  ['applying a Service', '^PATCH .*/services/', () => drift],
  ['writing an event', '^(POST|PATCH) .*/events', () => drift],
  ['writing the status', '^PATCH .*/bitcoinnetworks/[^/]*/status', () => editOf(alice, 0)],
];
for (const [name, pattern, work] of points) {
  step(
    name,
    async () => {
      for (const when of ['before', 'after'])
        await killAt(`${when} ${pattern}`, work(), rounds / 2);
    },
    60 + rounds * 10,
  );
}

step(
  'three nodes and five in turn: every call of RPC, and no node that stays is restarted',
  async () => {
    await mesh.apply({ nodes: 3 });
    const first = await cluster.startController({ env });
    await eventually(60, async () => {
      expect(await hasConverged(mesh)).toBe(true);
    });
    await first.stop();
    const calls = ['getpeerinfo', '"add"', '"onetry"', '"remove"', 'disconnectnode'];
    for (const call of calls) {
      for (const when of ['before', 'after']) {
        await killAt(`${when} ^POST / .*${call}`, scaling, rounds / 2);
      }
    }
    for (const ordinal of [0, 1, 2]) expect(incarnations.get(mesh.podName(ordinal))!.size).toBe(1);
    await mesh.apply({ nodes: 3 });
  },
  120 + rounds * 60,
);

step(
  'a roll: every node is replaced once an edit, and no block is lost',
  async () => {
    const settling = await cluster.startController({ env });
    await eventually(60, async () => {
      expect(await hasConverged(mesh)).toBe(true);
    });
    await settling.stop();
    await mesh.mine(200);
    let made = 0;
    const roll = editOf(mesh, 3);
    const counted: Work = {
      ...roll,
      begin(edit) {
        made++;
        return roll.begin(edit);
      },
    };
    for (const when of ['before', 'after']) {
      await killAt(`${when} ^PATCH .*/statefulsets/mesh-sts`, counted, rounds / 2);
    }
    for (const ordinal of [0, 1, 2]) {
      expect(incarnations.get(mesh.podName(ordinal))!.size).toBe(1 + made);
    }
    expect(await mesh.heights(3)).toEqual([200, 200, 200]);
  },
  240 + rounds * 60,
);
