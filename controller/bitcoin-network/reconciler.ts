import type { RequeueAfter } from '../../kube/queue/work-queue.ts';
import { nodeClients } from './nodes/clients.ts';
import { observeNodes } from './nodes/observe.ts';
import { queryNodes } from './nodes/query.ts';
import { ConvergedNetworks } from './objects/converged.ts';
import { reconcileObjects } from './objects/reconcile.ts';
import { Dialer } from './peers/dialer.ts';
import { PollBackoff } from './peers/poll-backoff.ts';
import { reconcilePeers } from './peers/reconcile.ts';
import { PhaseRunner } from './phase.ts';
import { untilResync } from './resync.ts';
import { reconcileRollout } from './rollout/reconcile.ts';
import { heldPartition, isRolling } from './rollout/revision.ts';
import { createScope, type Dependencies } from './scope.ts';
import { writeStatus } from './status/writer.ts';

/** Reconciles networks in phases, each of which reads the current state. */
export class Reconciler {
  readonly #dependencies: Dependencies;
  readonly #converged = new ConvergedNetworks();
  readonly #polls = new PollBackoff();
  readonly #dialer = new Dialer();

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
      this.#dialer.forget(key);
      return undefined;
    }
    const scope = createScope(network, this.#dependencies, signal);
    const phases = new PhaseRunner(signal);
    const nodes = observeNodes(scope);

    // Objects come before RPC: an edit does not wait for the connect timeout of a dead node.
    const apply = (updatePartition: number) =>
      phases.run('objects', () => reconcileObjects(scope, this.#converged, updatePartition));
    let objects = await apply(heldPartition(scope, nodes));
    // A new network has no nodes yet. The objects of other new networks come before its status.
    if (objects?.isNew === true) return { requeueAfter: 0 };

    const isApplied = objects !== undefined && !objects.failure;
    const rolling = isApplied && isRolling(scope, nodes);
    const clients = nodeClients(nodes, scope.credentials, agent);
    const selection = { chain: rolling };
    const views = await phases.run('query', () => queryNodes(clients, selection));
    const peers =
      views &&
      (await phases.run('peers', async () => {
        const result = await reconcilePeers(scope, clients, views, selection, this.#dialer);
        const requeueAfter = this.#polls.delay(key, nodes, result.isPending);
        return { ...result, requeueAfter };
      }));
    const rollout =
      rolling && peers
        ? await phases.run('rollout', () => reconcileRollout(scope, nodes, peers))
        : undefined;
    if (rollout?.advances) objects = await apply(rollout.updatePartition);
    const { errors } = phases;
    await phases.run('status', () =>
      writeStatus(scope, { nodes, objects, peers, rollout, errors }),
    );
    return phases.outcome(untilResync(network.metadata.uid!, clock.now()));
  }
}
