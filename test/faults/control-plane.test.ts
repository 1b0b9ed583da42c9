import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster } from '../framework/cluster.ts';
import { Network } from '../framework/network.ts';
import { step } from '../framework/step.ts';
import { Edits } from './edits.ts';
import { faultScale } from './fault-scale.ts';

/** What happens to the servers of the control plane, and to the node, is over when they are back. */

/** Seconds. */
const away = faultScale(120, 20);

let cluster: Cluster;
let mesh: Network;
let edits: Edits;

beforeAll(async () => {
  cluster = await Cluster.start({ deployed: true });
  mesh = new Network(cluster.kubectl, 'mesh');
  await mesh.apply({ nodes: 3 });
  edits = await Edits.start(cluster.client, 20);
  await eventuallyWhole(60);
}, 180_000);

afterAll(async () => {
  await edits.stop();
  await cluster.stop();
}, 60_000);

/** Waits until node, status and links agree that all is well. */
async function eventuallyWhole(seconds: number): Promise<void> {
  await mesh.waitForStatus({ readyNodes: 3, connectedNodes: 3 }, seconds);
  await mesh.waitForCondition('Ready', 5);
  await mesh.waitForFullMesh(3, 5);
  await mesh.waitForCondition('PeersConnected', 5);
}

step(
  'the API server is killed and started again, five times, while networks are edited',
  async () => {
    const before = await mesh.incarnations();
    for (let round = 0; round < 5; round++) {
      const editing = edits.apply(40);
      await sleep(Math.random() * 500);
      const startAgain = await cluster.playground.controlPlane.killServer('kube-apiserver');
      startAgain();
      await editing;
      await edits.eventuallyApplied(60);
    }
    expect(await mesh.incarnations()).toEqual(before);
    await eventuallyWhole(60);
  },
  400,
);

step(
  `the API server is away for ${away} s, in which a bitcoind ends`,
  async () => {
    const before = await mesh.incarnations();
    await mesh.kubectl.run(['exec', mesh.podName(1), '--', 'sh', '-c', 'kill 1']);
    const startAgain = await cluster.playground.controlPlane.killServer('kube-apiserver');
    await sleep(away * 1_000);
    startAgain();
    await cluster.playground.untilServes('/readyz');
    await edits.apply(40);
    await edits.eventuallyApplied(60);
    await eventuallyWhole(90);
    const after = await mesh.incarnations();
    for (const [pod, { uid }] of before) expect(after.get(pod)!.uid).toBe(uid);
  },
  400,
);

step(
  'etcd stands still every other half second while networks are edited',
  async () => {
    const before = await mesh.incarnations();
    const { controlPlane } = cluster.playground;
    const stop = new AbortController();
    const freezing = (async () => {
      while (!stop.signal.aborted) {
        controlPlane.signalServer('etcd', 'SIGSTOP');
        await sleep(500);
        controlPlane.signalServer('etcd', 'SIGCONT');
        await sleep(500);
      }
    })();
    try {
      for (let round = 0; round < 5; round++) {
        await edits.apply(40);
        await edits.eventuallyApplied(60);
      }
    } finally {
      stop.abort();
      await freezing;
    }
    expect(await mesh.incarnations()).toEqual(before);
    await eventuallyWhole(60);
  },
  400,
);

step(
  'the node is frozen past its Lease and woken',
  async () => {
    const before = await mesh.incarnations();
    await mesh.kubectl.run(['wait', '--for=condition=Ready', 'nodes', '--all', '--timeout=30s']);
    cluster.playground.signalNode('SIGSTOP');
    try {
      await mesh.waitForCondition('Ready=False', 120);
    } finally {
      cluster.playground.signalNode('SIGCONT');
    }
    await eventuallyWhole(60);
    expect(await mesh.incarnations()).toEqual(before);
  },
  300,
);
