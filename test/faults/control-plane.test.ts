import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster } from '../framework/cluster.ts';
import { Network } from '../framework/network.ts';
import { step } from '../framework/step.ts';
import { Edits } from './edits.ts';
import { faultScale } from './fault-scale.ts';

/** Networks recover after servers of the control plane or the node were killed or frozen. */

/** The duration of the API server's outage in seconds. */
const outage = faultScale(120, 20);

let cluster: Cluster;
let mesh: Network;
let edits: Edits;

beforeAll(async () => {
  cluster = await Cluster.start({ deployed: true });
  mesh = new Network(cluster.kubectl, 'mesh');
  await mesh.apply({ nodes: 3 });
  edits = await Edits.start(cluster.client, 20);
  await waitForConnected(60);
}, 180_000);

afterAll(async () => {
  await edits.stop();
  await cluster.stop();
}, 60_000);

/** Waits until status, conditions and links show a ready, fully linked network. */
async function waitForConnected(seconds: number): Promise<void> {
  await mesh.waitForStatus({ readyNodes: 3, connectedNodes: 3 }, seconds);
  await mesh.waitForCondition('Ready', 5);
  await mesh.waitForFullMesh(3, 5);
  await mesh.waitForCondition('PeersConnected', 5);
}

step(
  'no edit is missed while the API server is killed and restarted five times',
  async () => {
    const before = await mesh.incarnations();
    for (let round = 0; round < 5; round++) {
      const editing = edits.apply(40);
      await sleep(Math.random() * 500);
      const restart = await cluster.playground.controlPlane.killServer('kube-apiserver');
      restart();
      await editing;
      await edits.waitUntilApplied(60);
    }
    expect(await mesh.incarnations()).toEqual(before);
    await waitForConnected(60);
  },
  400,
);

step(
  `a network whose bitcoind ends recovers from an API server outage of ${outage} s`,
  async () => {
    const before = await mesh.incarnations();
    await mesh.kubectl.run(['exec', mesh.podName(1), '--', 'sh', '-c', 'kill 1']);
    const restart = await cluster.playground.controlPlane.killServer('kube-apiserver');
    await sleep(outage * 1_000);
    restart();
    await cluster.playground.untilServes('/readyz');
    await edits.apply(40);
    await edits.waitUntilApplied(60);
    await waitForConnected(90);
    const after = await mesh.incarnations();
    for (const [pod, { uid }] of before) expect(after.get(pod)!.uid).toBe(uid);
  },
  400,
);

step(
  'no edit is missed while etcd is frozen every other half second',
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
        await edits.waitUntilApplied(60);
      }
    } finally {
      stop.abort();
      await freezing;
    }
    expect(await mesh.incarnations()).toEqual(before);
    await waitForConnected(60);
  },
  400,
);

step(
  'a network recovers without a restart after its node was frozen for longer than its Lease',
  async () => {
    const before = await mesh.incarnations();
    await mesh.kubectl.run(['wait', '--for=condition=Ready', 'nodes', '--all', '--timeout=30s']);
    cluster.playground.signalNode('SIGSTOP');
    try {
      await mesh.waitForCondition('Ready=False', 120);
    } finally {
      cluster.playground.signalNode('SIGCONT');
    }
    await waitForConnected(60);
    expect(await mesh.incarnations()).toEqual(before);
  },
  300,
);
