import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiProxy } from '../framework/api-proxy.ts';
import { Cluster } from '../framework/cluster.ts';
import { step } from '../framework/step.ts';
import { Edits } from './edits.ts';
import { faultScale } from './fault-scale.ts';

/** Watches that end at any time, also within a line. */
const cuts = faultScale(1_000, 200);

let cluster: Cluster;
let folder: string;

beforeAll(async () => {
  cluster = await Cluster.start();
  folder = await mkdtemp(join(tmpdir(), 'watches-'));
}, 120_000);

afterAll(async () => {
  await cluster.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

step(
  `no edit is missed while ${cuts} watches are cut`,
  async () => {
    const kubeconfig = join(folder, 'kubeconfig');
    const proxy = await ApiProxy.start(cluster.controllerKubeconfig, kubeconfig);
    const controller = await cluster.startController({ kubeconfig });
    const edits = await Edits.start(cluster.client, 50);
    while (proxy.cutCount < cuts) {
      const cutting = (async () => {
        for (let i = 0; i < 5; i++) {
          await sleep(Math.random() * 200);
          proxy.cutWatches();
        }
      })();
      await edits.apply(50);
      await cutting;
      // Each network was edited once, so no edit is hidden by a later one.
      await edits.waitUntilApplied(30);
    }
    expect(edits.count).toBeGreaterThan(cuts);
    process.stderr.write(
      `        ${proxy.cutCount} watches cut, ${edits.count} edits, no edit missed\n`,
    );
    await edits.stop();
    await controller.stop();
    await proxy.stop();
  },
  400,
);
