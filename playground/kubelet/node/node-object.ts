import { isAlreadyExists } from '../../../kube/api/errors.ts';
import type { KubeObject } from '../../../kube/api/object.ts';
import type { KubeClient } from '../../../kube/client/client.ts';
import type { Clock } from '../../../kube/runtime/clock.ts';
import type { Logger } from '../../../kube/runtime/logger.ts';
import { nodes } from '../api/resources.ts';
import { formatTime } from '../api/time.ts';
import { renewLease } from './node-lease.ts';
import { nodeLabels, nodeStatus, type ReadyCondition } from './node-status.ts';

export interface NodeObjectOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly name: string;
  readonly address: string;
  /** The port of the kubelet's HTTPS server. */
  readonly kubeletPort: number;
}

/**
 * The kubelet's interval in ms between renewals of the Lease and between checks of the status. The
 * status is written when it is not True, because the node lifecycle controller sets it to Unknown
 * after missed renewals and never sets it back, and at least every {@link statusPeriod}.
 */
const period = 10_000;
const statusPeriod = 300_000;
/** Delay before a failed request is repeated, in ms. */
const retryPeriod = 1_000;

interface NodeWithStatus extends KubeObject {
  readonly status?: { readonly conditions?: readonly ReadyCondition[] };
}

/** The kubelet's Node and Lease, which it renews until it stops. */
export class NodeObject {
  readonly #options: NodeObjectOptions;
  readonly #cancels = new Set<() => void>();
  #uid = '';
  #stopped = false;

  constructor(options: NodeObjectOptions) {
    this.#options = options;
  }

  /** Registers the Node and starts the heartbeats. */
  async start(): Promise<void> {
    const { client, name } = this.#options;
    const labels = nodeLabels(name);
    try {
      await client.create(nodes, { apiVersion: 'v1', kind: 'Node', metadata: { name, labels } });
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      await client.patch(nodes, { name }, { metadata: { labels } }, { type: 'merge' });
    }
    await this.#writeStatus(await this.#readCondition());
    await this.#renewLease();
    this.#repeat(period, () => this.#renewLease());
    this.#repeat(period, () => this.#checkStatus());
  }

  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#cancels) cancel();
  }

  #repeat(delay: number, action: () => Promise<void>): void {
    if (this.#stopped) return;
    const { clock, log } = this.#options;
    const cancel = clock.setTimer(() => {
      this.#cancels.delete(cancel);
      action().then(
        () => {
          this.#repeat(period, action);
        },
        (err: unknown) => {
          if (!this.#stopped) log.warn({ err }, 'node heartbeat failed, retrying');
          this.#repeat(retryPeriod, action);
        },
      );
    }, delay);
    this.#cancels.add(cancel);
  }

  /** Reads the uid of the Node, and its Ready condition. */
  async #readCondition(): Promise<ReadyCondition | undefined> {
    const { client, name } = this.#options;
    const node = await client.get<NodeWithStatus>(nodes, { name });
    this.#uid = node.metadata.uid ?? '';
    return node.status?.conditions?.find(({ type }) => type === 'Ready');
  }

  async #checkStatus(): Promise<void> {
    const condition = await this.#readCondition();
    const writtenAt = Date.parse(condition?.lastHeartbeatTime ?? '') || 0;
    const isRecent = this.#options.clock.now() - writtenAt < statusPeriod;
    if (condition?.status !== 'True' || !isRecent) await this.#writeStatus(condition);
  }

  async #writeStatus(previous: ReadyCondition | undefined): Promise<void> {
    const { client, clock, name } = this.#options;
    const status = nodeStatus(this.#options, previous, formatTime(clock.now()));
    const options = { type: 'merge', subresource: 'status' } as const;
    await client.patch(nodes, { name }, { status }, options);
  }

  #renewLease(): Promise<void> {
    const { client, clock, name } = this.#options;
    return renewLease(client, clock, { name, uid: this.#uid });
  }
}
