import type { Agent } from 'node:http';
import { deriveCredentials } from '../../bitcoin/rpc/credentials.ts';
import { fullMesh } from '../../bitcoin/plan/topologies/full-mesh.ts';
import { controllerName } from '../../constructs/bitcoin-network/labels.ts';
import { networkNames } from '../../constructs/bitcoin-network/names.ts';
import type { BitcoinNetwork, BitcoinNetworkStatus } from '../../imports/bitcoin-network.ts';
import { apply } from '../../kube/apply/apply.ts';
import type { KubeClient } from '../../kube/client/client.ts';
import type { Clock } from '../../kube/runtime/clock.ts';
import { isNotFound } from '../../kube/api/errors.ts';
import type { EventRecorder } from '../../kube/events/recorder.ts';
import type { Logger } from '../../kube/runtime/logger.ts';
import { formatKey } from '../../kube/api/object.ts';
import type { RequeueAfter } from '../../kube/queue/work-queue.ts';
import { eventReasons, type EventReason } from './events.ts';
import { nodeClients, type NodeClients } from './nodes/clients.ts';
import { bitcoinNetworks } from '../cache/resources.ts';
import { untilResync } from './resync.ts';
import { inStep, StepError, type Step } from './phase.ts';
import { failureOf, isNamespaceTerminating, type ChartFailure } from './objects/ownership.ts';
import { applyChart, type ChartProps, type VerifiedCharts } from './objects/reconcile.ts';
import { readNodes } from './nodes/observe.ts';
import { syncPeers, type PeersSeen } from './peers/reconcile.ts';
import {
  heldPartition,
  isRolling,
  planRollout,
  readTips,
  type RolloutPlan,
} from './rollout/plan.ts';
import { newStatus } from './status/status.ts';
import type { NetworkCache } from '../cache/network-cache.ts';
import { isObserved, partitionOf } from '../cache/workloads.ts';

/** Milliseconds until a network that waits for its nodes is looked at again: no watch tells of them. */
const lookAgain = 1_000;

/** What {@link Reconciler} works with. */
export interface ReconcilerProps {
  readonly client: KubeClient;
  readonly watches: NetworkCache;
  readonly masterKey: Uint8Array;
  readonly agent: Agent;
  readonly recorder: EventRecorder;
  /** Throws when this process may no longer change anything. */
  readonly guard: () => void;
  readonly log: Logger;
  readonly clock: Clock;
}

/** Brings one network to what its spec says: a list of steps, each of which reads the state anew. */
export class Reconciler {
  readonly #props: ReconcilerProps;
  readonly #verified: VerifiedCharts = new Map();

  constructor(props: ReconcilerProps) {
    this.#props = props;
  }

  /** @param key `namespace/name` of the network */
  async reconcile(key: string, signal: AbortSignal): Promise<RequeueAfter | undefined> {
    const { watches, masterKey, agent, clock } = this.#props;
    const network = watches.networks.get(key);
    if (!network || network.metadata.deletionTimestamp !== undefined) {
      this.#verified.delete(key);
      return undefined;
    }
    const login = deriveCredentials(masterKey, network.metadata.uid!);
    const names = networkNames(network.metadata.name);
    const { nodes: wanted } = network.spec;
    const statefulSet = () =>
      watches.statefulSets.get(
        formatKey({ namespace: network.metadata.namespace, name: names.statefulSet }),
      );

    const nodes = await inStep('nodes', () => readNodes(names, watches.podsOf(key)));
    const partition = heldPartition(wanted, statefulSet(), nodes);
    const chart = { network, login, partition, signal };
    let outcome = await this.#applyChart(chart);
    const clients = nodeClients(nodes, login, agent);
    const peers = await this.#syncPeers(network, clients, signal);
    const set = statefulSet();
    let rollout: RolloutPlan | undefined;
    if (!outcome.failure && set && isObserved(set) && isRolling(wanted, set, nodes)) {
      const tips = await inStep('rollout', () => readTips(clients));
      const topology = fullMesh(wanted);
      const now = clock.now();
      rollout = planRollout({ topology, statefulSet: set, nodes, peers, tips, now });
      if (rollout.partition !== partitionOf(set)) {
        this.#announce(network, partitionOf(set), rollout);
        outcome = await this.#applyChart({ ...chart, partition: rollout.partition });
      }
    }
    const { failure, error } = outcome;
    const seen = { network, statefulSet: statefulSet(), nodes, peers, rollout, failure };
    const status = newStatus(seen, clock.now());
    if (status) await inStep('status', () => this.#writeStatus(network, status, signal));
    if (error) throw error;
    const isWaiting = rollout ?? failure?.terminal === false;
    const soon = isWaiting || peers.changed || peers.failures.size > 0;
    return { requeueAfter: soon ? lookAgain : untilResync(network.metadata.uid!, clock.now()) };
  }

  /** An error that is worth a retry is shown in the status first, and then thrown. */
  async #applyChart(
    chart: Pick<ChartProps, 'network' | 'login' | 'partition' | 'signal'>,
  ): Promise<{ failure?: ChartFailure | undefined; error?: Error }> {
    const { network, signal } = chart;
    const { client, watches } = this.#props;
    try {
      const failure = await inStep('chart', () =>
        applyChart({
          ...chart,
          client,
          known: watches.applied,
          verified: this.#verified,
          record: (type, reason, note) => {
            this.#record('chart', network, { type, reason, note });
          },
        }),
      );
      return { failure };
    } catch (error) {
      if (signal.aborted || !(error instanceof StepError)) throw error;
      const failure = failureOf(error.cause);
      return isNamespaceTerminating(error.cause) ? { failure } : { failure, error };
    }
  }

  #syncPeers(
    network: BitcoinNetwork,
    clients: NodeClients,
    signal: AbortSignal,
  ): Promise<PeersSeen> {
    const { guard, clock, log } = this.#props;
    return inStep('peers', () =>
      syncPeers({
        topology: fullMesh(network.spec.nodes),
        names: networkNames(network.metadata.name),
        clients,
        guard,
        clock,
        signal,
        onFailure: (pod, err) => {
          const fields = { network: formatKey(network.metadata), step: 'peers', pod, err };
          log.warn(fields, 'a change of peers was not taken');
        },
      }),
    );
  }

  /** Says what a roll costs before its first node is replaced, and then which node is next. */
  #announce(network: BitcoinNetwork, before: number, { partition }: RolloutPlan): void {
    const { nodes: wanted } = network.spec;
    const reason = eventReasons.rolling;
    if (before >= wanted && partition < wanted) {
      const note =
        wanted === 1
          ? 'the only node restarts and loses its chain and wallet, which are on emptyDir'
          : 'the nodes restart one by one; each fetches the chain from its peers and loses its wallet';
      this.#record('rollout', network, { type: 'Warning', reason, note });
    }
    if (partition < before && partition < wanted) {
      const pod = networkNames(network.metadata.name).pod(partition);
      this.#record('rollout', network, { type: 'Normal', reason, note: `${pod} restarts` });
    }
  }

  async #writeStatus(
    network: BitcoinNetwork,
    status: BitcoinNetworkStatus,
    signal: AbortSignal,
  ): Promise<void> {
    const { client, watches } = this.#props;
    const { apiVersion, kind, metadata } = network;
    const { name, namespace, uid } = metadata;
    // The uid keeps the status from a new network of the name.
    const object = { apiVersion, kind, metadata: { name, namespace, uid }, status };
    const options = { fieldManager: controllerName, subresource: 'status', signal };
    try {
      const written = await apply(client, bitcoinNetworks, object, options);
      watches.networks.record(written);
    } catch (error) {
      // Deleted meanwhile: there is nothing to tell, and nobody.
      if (isNotFound(error)) return;
      throw error;
    }
    this.#recordTransitions(network, status);
  }

  /** Conditions that became true are worth an event; of no nodes there is nothing good to tell. */
  #recordTransitions(network: BitcoinNetwork, { conditions = [] }: BitcoinNetworkStatus): void {
    const transitions = {
      Ready: ['Normal', eventReasons.ready],
      PeersConnected: ['Normal', eventReasons.connected],
      Stalled: ['Warning', eventReasons.stalled],
    } as const;
    for (const { type, status, message } of conditions) {
      const before = network.status?.conditions?.find((condition) => condition.type === type);
      if (status !== 'True' || before?.status === 'True' || !(type in transitions)) continue;
      const [level, reason] = transitions[type as keyof typeof transitions];
      if (level === 'Normal' && network.spec.nodes === 0) continue;
      this.#record('status', network, { type: level, reason, note: message });
    }
  }

  #record(
    step: Step,
    network: BitcoinNetwork,
    event: {
      readonly type: 'Normal' | 'Warning';
      readonly reason: EventReason;
      readonly note: string;
    },
  ): void {
    const { recorder, log } = this.#props;
    log.info({ network: formatKey(network.metadata), step, reason: event.reason }, event.note);
    recorder.record(network, { ...event, action: 'Reconcile' });
  }
}
