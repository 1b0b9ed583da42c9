import type { RequeueAfter } from '../../kube/queue/work-queue.ts';
import { LastHeights } from './chain-loss/last-heights.ts';
import { reportLosses } from './chain-loss/report.ts';
import { nodeClients } from './nodes/clients.ts';
import { observeNodes } from './nodes/observe.ts';
import { queryNodes } from './nodes/query.ts';
import { ConvergedNetworks } from './objects/converged.ts';
import { reconcileObjects } from './objects/reconcile.ts';
import { PollBackoff } from './peers/poll-backoff.ts';
import { reconcilePeers } from './peers/reconcile.ts';
import { PhaseRunner } from './phase.ts';
import { untilResync } from './resync.ts';
import { reconcileRollout } from './rollout/reconcile.ts';
import { heldPartition, isRolling } from './rollout/revision.ts';
import { endUnguardedRollout } from './rollout/unguarded.ts';
import { createScope, type Dependencies } from './scope.ts';
import { writeStatus } from './status/writer.ts';

/** Reconciles networks in phases, each of which reads the current state. */
export class Reconciler {
  readonly #dependencies: Dependencies;
  readonly #converged = new ConvergedNetworks();
  readonly #polls = new PollBackoff();
  readonly #heights = new LastHeights();

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Reconciles one network.
   *
   * @param key `namespace/name` of the network
   * @param signal aborted when a shutdown no longer waits
   * @returns when to reconcile the network again, or undefined if it is deleted
   */
  async reconcile(key: string, signal: AbortSignal): Promise<RequeueAfter | undefined> {
    const { cache, agent, clock } = this.#dependencies;
    const network = cache.networks.get(key);
    if (!network || network.metadata.deletionTimestamp !== undefined) {
      this.#converged.delete(key);
      this.#polls.forget(key);
      this.#heights.forget(key);
      return undefined;
    }
    const scope = createScope(network, this.#dependencies, signal);
    const phases = new PhaseRunner(signal);
    const nodes = observeNodes(scope);
    reportLosses(scope, nodes, this.#heights);

    // Objects come before RPC: an edit does not wait for the connect timeout of a dead node.
    const apply = (updatePartition: number) =>
      phases.run('objects', () => reconcileObjects(scope, this.#converged, updatePartition, nodes));
    let objects = await apply(heldPartition(scope, nodes));
    // A new network has no nodes yet. The objects of other new networks come before its status.
    if (objects?.isNew === true) return { requeueAfter: 0 };

    const isApplied = objects !== undefined && !objects.failure;
    const rolling = isApplied && isRolling(scope, nodes);
    const clients = nodeClients(nodes, scope.credentials, agent);
    // The heights also serve messages about chains that are lost later.
    const selection = { chain: true };
    const views = await phases.run('query', () => queryNodes(clients, selection));
    if (views) this.#heights.record(key, nodes, views);
    const peers =
      views &&
      (await phases.run('peers', async () => {
        const result = await reconcilePeers(scope, clients, views, selection);
        const requeueAfter = this.#polls.delay(key, nodes, result.isPending);
        return { ...result, requeueAfter };
      }));
    const rollout =
      rolling && peers
        ? await phases.run('rollout', () =>
            reconcileRollout(scope, nodes, peers, this.#heights.heights(key, nodes)),
          )
        : undefined;
    if (rollout?.advances) objects = await apply(rollout.updatePartition);
    if (isApplied) await phases.run('rollout', () => endUnguardedRollout(scope, nodes));
    const { errors } = phases;
    await phases.run('status', () =>
      writeStatus(scope, { nodes, objects, peers, rollout, errors }),
    );
    return phases.outcome(untilResync(network.metadata.uid!, clock.now()));
  }
}
