import type { Dispatcher } from 'undici';
import { deriveLogin } from '../bitcoin/rpc-login.ts';
import { fullMesh } from '../bitcoin/topology.ts';
import { manager } from '../constructs/bitcoin-network/labels.ts';
import { networkNames } from '../constructs/bitcoin-network/names.ts';
import type { BitcoinNetwork, BitcoinNetworkStatus } from '../imports/bitcoin-network.ts';
import { apply } from '../kube/apply.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Clock } from '../kube/clock.ts';
import { isNotFound } from '../kube/errors.ts';
import type { EventRecorder } from '../kube/event-recorder.ts';
import type { Logger } from '../kube/logger.ts';
import { formatKey } from '../kube/object.ts';
import type { RequeueAfter } from '../kube/work-queue.ts';
import { eventReasons, type EventReason } from './events.ts';
import { nodeClients } from './node-clients.ts';
import { bitcoinNetworks } from './resources.ts';
import { inStep, StepError } from './step.ts';
import {
  applyChart,
  failureOf,
  isNamespaceTerminating,
  type ChartFailure,
  type ChartProps,
} from './steps/chart.ts';
import { readNodes } from './steps/nodes.ts';
import { syncPeers } from './steps/peers.ts';
import { heldPartition, isRolling, nextPartition, readTips } from './steps/rollout.ts';
import { newStatus } from './steps/status.ts';
import type { Watches } from './watches.ts';

/** Milliseconds after which a network is looked at again though nothing changed. */
const resync = 30_000;
/** Milliseconds until a network that waits for its nodes is looked at again: no watch tells of them. */
const lookAgain = 1_000;

/** What {@link Reconciler} works with. */
export interface ReconcilerProps {
  readonly client: KubeClient;
  readonly watches: Watches;
  readonly masterKey: Uint8Array;
  readonly dispatcher: Dispatcher;
  readonly recorder: EventRecorder;
  /** Throws when this process may no longer change anything. */
  readonly guard: () => void;
  readonly log: Logger;
  readonly clock: Clock;
}

/** Brings one network to what its spec says: a list of steps, each of which reads the state anew. */
export class Reconciler {
  readonly #props: ReconcilerProps;
  constructor(props: ReconcilerProps) {
    this.#props = props;
  }

  /** @param key `namespace/name` of the network */
  async reconcile(key: string, signal: AbortSignal): Promise<RequeueAfter | undefined> {
    const { watches, masterKey, dispatcher, guard, clock, log } = this.#props;
    const network = watches.networks.get(key);
    if (!network || network.metadata.deletionTimestamp !== undefined) return undefined;
    const login = deriveLogin(masterKey, network.metadata.uid!);
    const names = networkNames(network.metadata.name);
    const { nodes: wanted } = network.spec;
    const statefulSet = () =>
      watches.statefulSets.get(
        formatKey({ namespace: network.metadata.namespace, name: names.statefulSet }),
      );
    const chart = { network, login, partition: heldPartition(wanted, statefulSet()), signal };

    const { failure, error } = await this.#applyChart(chart);
    const nodes = await inStep('nodes', () => readNodes(names, watches.podsOf(key)));
    const clients = nodeClients(nodes, login, dispatcher);
    const peers = await inStep('peers', () =>
      syncPeers({
        topology: fullMesh(wanted),
        names,
        clients,
        guard,
        clock,
        onFailure: (pod, err) => {
          log.warn({ network: key, step: 'peers', pod, err }, 'a change of peers was not taken');
        },
      }),
    );
    const set = statefulSet();
    const rolling = !failure && set !== undefined && isRolling(set);
    if (rolling) {
      await inStep('rollout', async () => {
        const tips = await readTips(clients);
        const state = { wanted, statefulSet: set, nodes, linksDown: peers.dialing, tips };
        const partition = nextPartition(state);
        if (partition === chart.partition) return;
        await this.#applyChart({ ...chart, partition });
        this.#record(network, 'Normal', eventReasons.rolling, `${names.pod(partition)} restarts`);
      });
    }
    const seen = { network, statefulSet: statefulSet(), nodes, peers, failure };
    const status = newStatus(seen, clock.now());
    if (status) await inStep('status', () => this.#writeStatus(network, status, signal));
    if (error) throw error;
    const soon = rolling || peers.changed || failure?.terminal === false;
    return { requeueAfter: soon ? lookAgain : resync };
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
          live: watches.applied,
          record: (type, reason, note) => {
            this.#record(network, type, reason, note);
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
    const options = { fieldManager: manager, subresource: 'status', signal };
    try {
      const written = await apply(client, bitcoinNetworks, object, options);
      watches.networks.record(written as unknown as BitcoinNetwork);
    } catch (error) {
      // Deleted meanwhile: there is nothing to tell, and nobody.
      if (isNotFound(error)) return;
      throw error;
    }
    this.#recordTransitions(network, status);
  }

  /** Conditions that became true are worth an event. */
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
      this.#record(network, level, reason, message);
    }
  }

  #record(network: BitcoinNetwork, type: 'Normal' | 'Warning', reason: EventReason, note: string) {
    const { recorder, log } = this.#props;
    log.info({ network: formatKey(network.metadata), reason }, note);
    recorder.record(network, { type, reason, note, action: 'Reconcile' });
  }
}
