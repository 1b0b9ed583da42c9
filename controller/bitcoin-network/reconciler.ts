import type { RequeueAfter } from '../../kube/queue/work-queue.ts';
import { LastHeights } from './chain-loss/last-heights.ts';
import { reportLosses } from './chain-loss/report.ts';
import type { NodeAnswers } from './node-answers.ts';
import { observeNodes } from './nodes/observe.ts';
import { PodRefusals } from './nodes/pod-refusals.ts';
import { terminatingPods } from './nodes/terminating.ts';
import { ConvergedNetworks } from './objects/converged.ts';
import { reconcileObjects } from './objects/reconcile.ts';
import { PhaseRunner } from './phase.ts';
import { untilResync } from './resync.ts';
import { reconcileRollout } from './rollout/reconcile.ts';
import { heldPartition, isRolling } from './rollout/revision.ts';
import { endUnguardedRollout } from './rollout/unguarded.ts';
import { createScope, type Dependencies } from './scope.ts';
import { untilStatusChange } from './status/problems.ts';
import { writeStatus } from './status/writer.ts';

/**
 * Milliseconds that the status waits for the answers of the nodes, so that most changes of pods
 * write it once.
 */
const statusDelay = 250;

/**
 * Reconciles networks in phases, each of which reads the current state. It sends nothing to nodes:
 * it reads the last answers that NodesReconciler received from them.
 */
export class Reconciler {
  readonly #dependencies: Dependencies;
  readonly #answers: NodeAnswers;
  readonly #converged = new ConvergedNetworks();
  readonly #heights = new LastHeights();
  readonly #refusals = new PodRefusals();

  constructor(dependencies: Dependencies, answers: NodeAnswers) {
    this.#dependencies = dependencies;
    this.#answers = answers;
  }

  /** The last heights that pods reported. */
  get heights(): Pick<LastHeights, 'heights'> {
    return this.#heights;
  }

  /**
   * Reconciles one network.
   *
   * @param key `namespace/name` of the network
   * @param signal aborted when a shutdown no longer waits
   * @returns when to reconcile the network again, or undefined if it is deleted
   */
  async reconcile(key: string, signal: AbortSignal): Promise<RequeueAfter | undefined> {
    const { cache, clock } = this.#dependencies;
    const network = cache.networks.get(key);
    if (!network || network.metadata.deletionTimestamp !== undefined) {
      this.#converged.delete(key);
      this.#answers.forget(key);
      this.#heights.forget(key);
      this.#refusals.forget(key);
      return undefined;
    }
    const scope = createScope(network, this.#dependencies, signal);
    const phases = new PhaseRunner(signal);
    const nodes = observeNodes(scope);
    reportLosses(scope, nodes, this.#heights);

    const apply = (updatePartition: number) =>
      phases.run('objects', () => reconcileObjects(scope, this.#converged, updatePartition, nodes));
    let objects = await apply(heldPartition(scope, nodes));
    // A new network has no nodes yet. The objects of other new networks come before its status.
    if (objects?.isNew === true) return { requeueAfter: 0 };

    const isApplied = objects !== undefined && !objects.failure;
    const answer = this.#answers.read(scope, nodes);
    if (typeof answer === 'number' && answer < statusDelay && isApplied) {
      return { requeueAfter: statusDelay - answer };
    }
    const peers = typeof answer === 'object' && 'peers' in answer ? answer.peers : undefined;
    if (peers) this.#heights.record(key, nodes, peers.views);
    const rolling = isApplied && isRolling(scope, nodes);
    const rollout =
      peers && rolling
        ? await phases.run('rollout', () =>
            reconcileRollout(scope, nodes, peers, this.#heights.heights(key, nodes)),
          )
        : undefined;
    if (rollout?.advances) objects = await apply(rollout.updatePartition);
    if (isApplied) await phases.run('rollout', () => endUnguardedRollout(scope, nodes));
    const { errors } = phases;
    const terminating = terminatingPods(scope);
    await phases.run('status', async () => {
      const refusal = await this.#refusals.read(scope, nodes, terminating);
      const pods = { nodes, terminating, refusal };
      await writeStatus(scope, { ...pods, objects, answer, rollout, isRolling: rolling, errors });
      return { requeueAfter: untilStatusChange(scope, pods, this.#refusals) };
    });
    return phases.outcome(untilResync(network.metadata.uid!, clock.now()));
  }
}
