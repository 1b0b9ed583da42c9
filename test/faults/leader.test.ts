import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiProxy } from '../framework/api-proxy.ts';
import { Cluster } from '../framework/cluster.ts';
import type { ControllerProcess } from '../framework/controller-process.ts';
import { eventually } from '../framework/eventually.ts';
import { leaseHolder } from '../framework/lease.ts';
import { step } from '../framework/step.ts';
import { Edits } from './edits.ts';
import { faultScale } from './fault-scale.ts';

/** A controller that lost its Lease writes nothing. */

let cluster: Cluster;
let edits: Edits;
let folder: string;

beforeAll(async () => {
  cluster = await Cluster.start();
  edits = await Edits.start(cluster.client, 20);
  folder = await mkdtemp(join(tmpdir(), 'leader-'));
}, 120_000);

afterAll(async () => {
  await edits.stop();
  await cluster.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

const holder = () => leaseHolder(cluster.kubectl.in('bitcoin-controller'));

/** Starts a controller whose requests pass through a proxy of its own. */
async function startBehindProxy(
  name: string,
): Promise<{ readonly controller: ControllerProcess; readonly proxy: ApiProxy }> {
  const kubeconfig = join(folder, name);
  const proxy = await ApiProxy.start(cluster.controllerKubeconfig, kubeconfig);
  const controller = await cluster.startController({ kubeconfig, env: { POD_NAME: name } });
  return { controller, proxy };
}

for (let round = 1; round <= faultScale(3, 1); round++) {
  step(
    `a leader that was frozen while it worked writes nothing after it resumes (round ${round})`,
    async () => {
      const first = await startBehindProxy(`first-${round}`);
      await eventually(30, async () => {
        expect(await holder()).toBe(`first-${round}`);
      });
      const editing = edits.apply(100);
      await sleep(Math.random() * 1_000);
      first.controller.kill('SIGSTOP');
      const second = await startBehindProxy(`second-${round}`);
      await eventually(40, async () => {
        expect(await holder()).toBe(`second-${round}`);
      });
      await editing;
      await edits.waitUntilApplied(30);
      await edits.apply(20);

      const before = first.proxy.writes.length;
      first.controller.kill('SIGCONT');
      await eventually(20, () => {
        expect(first.controller.hasEnded).toBe(true);
      });
      const after = first.proxy.writes.slice(before);
      expect(after.filter((write) => !write.includes('/leases/'))).toEqual([]);
      expect(await holder()).toBe(`second-${round}`);

      await edits.apply(20);
      await edits.waitUntilApplied(30);
      await second.controller.stop();
      await Promise.all([first.proxy.stop(), second.proxy.stop()]);
    },
    180,
  );
}

step(
  'a leader whose Lease is deleted and taken by another process stops within 4 s',
  async () => {
    const { controller, proxy } = await startBehindProxy('robbed');
    const kubectl = cluster.kubectl.in('bitcoin-controller');
    await eventually(30, async () => {
      expect(await holder()).toBe('robbed');
    });
    const editing = edits.apply(200);
    await kubectl.run(['delete', 'lease', 'bitcoin-controller']);
    const spec = { holderIdentity: 'other', leaseDurationSeconds: 1 };
    const metadata = { name: 'bitcoin-controller' };
    const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
    // The leader may create the Lease first; the other process then takes it as a user would.
    await kubectl.run(
      ['apply', '--server-side', '--force-conflicts', '-f', '-'],
      JSON.stringify(lease),
    );
    // A renewal begins every 2 s.
    await sleep(2_500);
    const before = proxy.writes.length;
    await eventually(4, () => {
      expect(controller.hasEnded).toBe(true);
    });
    expect(proxy.writes.slice(before)).toEqual([]);
    expect(await holder()).toBe('other');
    await editing;
    await proxy.stop();
  },
  120,
);
