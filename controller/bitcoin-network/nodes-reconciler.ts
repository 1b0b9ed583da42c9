import { maxConnections } from '../../bitcoin/peers/connection-slots.ts';
import type { RpcRequestOutcome } from '../../bitcoin/rpc/client.ts';
import type { RequeueAfter } from '../../kube/queue/work-queue.ts';
import { queryVersion, type NodeAnswers } from './node-answers.ts';
import { nodeClients } from './nodes/clients.ts';
import { observeNodes, type NodeState } from './nodes/observe.ts';
import { queryNodes } from './nodes/query.ts';
import { Dialer } from './peers/dialer.ts';
import { PollBackoff } from './peers/poll-backoff.ts';
import { reconcilePeers, type PeersResult } from './peers/reconcile.ts';
import { PhaseRunner, pollInterval } from './phase.ts';
import { untilResync } from './resync.ts';
import { isRolling } from './rollout/revision.ts';
import { createScope, type Dependencies, type Scope } from './scope.ts';

/**
 * Reconciles the nodes of networks by RPC: queries them and connects their peers. It runs apart
 * from the reconciles of objects, because a node may take as long as its timeouts permit.
 */
export class NodesReconciler {
  readonly #dependencies: Dependencies;
  readonly #answers: NodeAnswers;
  readonly #onAnswer: (networkKey: string) => void;
  readonly #polls = new PollBackoff();
  readonly #dialer = new Dialer();

  /**
   * @param answers receives the answers of the nodes
   * @param onAnswer called with the key of a network whose answer changed
   */
  constructor(
    dependencies: Dependencies,
    answers: NodeAnswers,
    onAnswer: (networkKey: string) => void,
  ) {
    this.#dependencies = dependencies;
    this.#answers = answers;
    this.#onAnswer = onAnswer;
  }

  /**
   * Reconciles the nodes of one network.
   *
   * @param key `namespace/name` of the network
   * @param signal aborted at a shutdown
   * @returns when to query the nodes again, or undefined if the network is deleted
   */
  async reconcile(key: string, signal: AbortSignal): Promise<RequeueAfter | undefined> {
    const { cache, clock } = this.#dependencies;
    const network = cache.networks.get(key);
    if (!network || network.metadata.deletionTimestamp !== undefined) {
      this.#polls.forget(key);
      this.#dialer.forget(key);
      return undefined;
    }
    const scope = createScope(network, this.#dependencies, signal);
    const nodes = observeNodes(scope);
    const rolling = isRolling(scope, nodes);
    const version = queryVersion(scope, nodes, rolling);
    const phases = new PhaseRunner(signal);
    const peers = await phases.run('peers', () => this.#reconcilePeers(scope, nodes));
    const answer = peers ? { peers } : { error: phases.errors.get('peers') };
    // A rollout depends on the time too.
    if (this.#answers.record(key, version, answer) || rolling) this.#onAnswer(key);
    const delay = peers && this.#delay(key, nodes, peers, rolling);
    return phases.outcome(
      Math.min(delay ?? Infinity, untilResync(network.metadata.uid!, clock.now())),
    );
  }

  async #reconcilePeers(scope: Scope, nodes: readonly NodeState[]): Promise<PeersResult> {
    const { network, agent, credentials, key, signal, onRpc } = scope;
    const timeout = this.#polls.isFailing(key) ? suspectTimeout : undefined;
    const options = {
      ...{ agent, signal, timeout },
      tenant: network.metadata.namespace!,
      maxConnections: maxConnections(network.spec.config),
      onRequest:
        onRpc &&
        ((duration: number, outcome: RpcRequestOutcome) => {
          onRpc(key, duration, outcome);
        }),
    };
    const clients = nodeClients(nodes, credentials, options);
    const views = await queryNodes(clients);
    return await reconcilePeers(scope, clients, views, this.#dialer);
  }

  /** Returns the milliseconds until the next query; undefined if the resync is early enough. */
  #delay(
    key: string,
    nodes: readonly NodeState[],
    { isPending, failures }: PeersResult,
    rolling: boolean,
  ): number | undefined {
    const delay = this.#polls.delay(key, nodes, isPending, failures.size > 0);
    // Chains cannot be watched.
    return rolling && failures.size === 0 ? pollInterval : delay;
  }
}

/** Milliseconds that nodes get to respond while nodes of their network do not respond. */
const suspectTimeout = 3_000;
