import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkout } from '../framework/checkout.ts';
import type { Cluster } from '../framework/cluster.ts';
import type { ControllerProcess } from '../framework/controller-process.ts';
import { eventually } from '../framework/eventually.ts';
import type { Workload } from './workload.ts';

const sigkillHook = join(checkout, 'test/framework/sigkill-hook.ts');

/** The same identity for all: a controller need not wait until its own Lease expires. */
const env = { POD_NAME: 'controller' };

/** The number of workloads in a row that may cause no request that matches the point. */
const maxVainWorkloads = 4;

/** Starts controllers that are killed at one of their requests. */
export class ControllerKiller {
  readonly #cluster: Cluster;
  readonly #nodeOptions: readonly string[];
  #edits = 0;

  /** @param nodeOptions options of node for all controllers, such as a module to load first */
  constructor(cluster: Cluster, nodeOptions: readonly string[] = []) {
    this.#cluster = cluster;
    this.#nodeOptions = nodeOptions;
  }

  /** Starts a controller that is not killed. */
  start(): Promise<ControllerProcess> {
    return this.#cluster.startController({ env, nodeOptions: this.#nodeOptions });
  }

  /** @param point the request at which the controller is killed, as for sigkill-hook.ts */
  startDoomed(point: string): Promise<ControllerProcess> {
    return this.#cluster.startController({
      env: { ...env, KILL_AT: point },
      nodeOptions: [...this.#nodeOptions, '--import', sigkillHook],
    });
  }

  /**
   * Kills controllers at a point until as many have died there as `kills` demands. Then waits until
   * another controller has completed the work.
   */
  async killAt(point: string, workload: Workload, kills: number): Promise<void> {
    let killed = 0;
    let vainWorkloads = 0;
    while (killed < kills) {
      if (vainWorkloads === maxVainWorkloads) throw new Error(`no request matched ${point}`);
      vainWorkloads++;
      await workload.begin(++this.#edits);
      while (killed < kills && (await this.#diesAt(point, workload))) {
        killed++;
        vainWorkloads = 0;
      }
    }
    const last = await this.start();
    await eventually(120, async () => {
      expect(await workload.isDone(this.#edits, last)).toBe(true);
    });
    await last.stop();
  }

  /** Whether a controller is killed at the point before it has completed the work. */
  async #diesAt(point: string, workload: Workload): Promise<boolean> {
    const controller = await this.startDoomed(point);
    // The request may follow when all else is done, as that of an event does.
    for (let idle = 0; !controller.hasEnded && idle < 10;) {
      await sleep(100);
      idle = (await workload.isDone(this.#edits, controller)) ? idle + 1 : 0;
    }
    if (controller.signalCode === 'SIGKILL') return true;
    expect(controller.hasEnded).toBe(false);
    await controller.stop();
    return false;
  }
}
