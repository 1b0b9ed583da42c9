import { arch, hostname, platform, release } from 'node:os';
import type { KubeClient } from '../../kube/client/client.ts';
import type { Clock } from '../../kube/runtime/clock.ts';
import { isAlreadyExists } from '../../kube/api/errors.ts';
import type { Logger } from '../../kube/runtime/logger.ts';
import type { KubeObject } from '../../kube/api/object.ts';
import { formatTime } from './containers/container-run.ts';
import { leases, nodes } from './resources.ts';

export interface NodeObjectOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly name: string;
  readonly address: string;
  /** Port of the HTTPS server for the API server. */
  readonly kubeletPort: number;
}

const leaseNamespace = 'kube-node-lease';
/** As a kubelet: the controller-manager gives a node up when its Lease is 40 s old. */
const leaseSeconds = 40;
/**
 * As a kubelet: the Lease is renewed, and the status looked at, this often, in ms. The status is
 * written when it says other than it should, for the controller-manager calls a node that it could
 * not hear of Unknown and leaves it to the node to deny this, and otherwise now and then.
 */
const period = 10_000;
const heartbeatPeriod = 300_000;
/** What failed is tried again after, in ms. */
const retryPeriod = 1_000;

/**
 * What the scheduler may hand out. Nothing limits what pods use here, so it is generous: requests
 * must not keep a large network from running on a small machine.
 */
const capacity = { cpu: '1000', memory: '1Ti', 'ephemeral-storage': '1Ti', pods: '250' };

/** The version of the kubelet whose behaviour this node follows. */
const version = 'v1.36.3';

const nodeArchitectures: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };

/** This node's Node object and Lease, kept alive. */
export class NodeObject {
  readonly #options: NodeObjectOptions;
  readonly #cancels = new Set<() => void>();
  #uid = '';
  #stopped = false;

  constructor(options: NodeObjectOptions) {
    this.#options = options;
  }

  /** Registers the node, and from then on says that it is alive. */
  async start(): Promise<void> {
    const { client, name } = this.#options;
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name, labels: this.#labels() } };
    try {
      await client.create(nodes, node);
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      const patch = { metadata: { labels: this.#labels() } };
      await client.patch(nodes, { name }, patch, { type: 'merge' });
    }
    await this.#post(await this.#read());
    await this.#renew();
    this.#repeat(period, () => this.#renew());
    this.#repeat(period, () => this.#look());
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
          if (!this.#stopped) log.warn({ err }, 'node heartbeat failed, will be repeated');
          this.#repeat(retryPeriod, action);
        },
      );
    }, delay);
    this.#cancels.add(cancel);
  }

  #labels(): Record<string, string> {
    const architecture = nodeArchitectures[arch()] ?? arch();
    return {
      'kubernetes.io/hostname': this.#options.name,
      'kubernetes.io/os': platform(),
      'kubernetes.io/arch': architecture,
    };
  }

  /** The condition that this node is ready, as the API server has it. */
  async #read(): Promise<ReadyCondition | undefined> {
    const { client, name } = this.#options;
    const node = await client.get<NodeWithStatus>(nodes, { name });
    this.#uid = node.metadata.uid ?? '';
    return node.status?.conditions?.find(({ type }) => type === 'Ready');
  }

  async #look(): Promise<void> {
    const known = await this.#read();
    const heard = Date.parse(known?.lastHeartbeatTime ?? '') || 0;
    const isRecent = this.#options.clock.now() - heard < heartbeatPeriod;
    if (known?.status !== 'True' || !isRecent) await this.#post(known);
  }

  async #post(known: ReadyCondition | undefined): Promise<void> {
    const { client, clock, name, address, kubeletPort } = this.#options;
    const now = formatTime(clock.now());
    const ready = {
      type: 'Ready',
      status: 'True',
      reason: 'KubeletReady',
      message: 'the playground node is posting ready status',
      lastHeartbeatTime: now,
      lastTransitionTime: known?.status === 'True' ? known.lastTransitionTime : now,
    };
    const status = {
      // No host name: the API server would prefer it, and nothing resolves it.
      addresses: [{ type: 'InternalIP', address }],
      // The API server passes exec on as plain WebSocket to a node that declares this.
      declaredFeatures: ['ExtendWebSocketsToKubelet'],
      daemonEndpoints: { kubeletEndpoint: { Port: kubeletPort } },
      capacity: capacity,
      allocatable: capacity,
      conditions: [ready],
      nodeInfo: {
        architecture: this.#labels()['kubernetes.io/arch'],
        bootID: '',
        containerRuntimeVersion: 'playground://1',
        kernelVersion: release(),
        kubeProxyVersion: '',
        kubeletVersion: version,
        machineID: '',
        operatingSystem: platform(),
        osImage: hostname(),
        systemUUID: '',
      },
    };
    const options = { type: 'merge', subresource: 'status' } as const;
    await client.patch(nodes, { name }, { status }, options);
  }

  async #renew(): Promise<void> {
    const { client, clock, name } = this.#options;
    // The API takes microseconds here.
    const renewTime = new Date(clock.now()).toISOString().replace('Z', '000Z');
    const spec = { holderIdentity: name, leaseDurationSeconds: leaseSeconds, renewTime };
    const key = { namespace: leaseNamespace, name };
    const owner = { apiVersion: 'v1', kind: 'Node', name, uid: this.#uid };
    const metadata = { ...key, ownerReferences: [owner] };
    const { apiVersion, kind } = leases;
    try {
      await client.create<Lease>(leases, { apiVersion, kind, metadata, spec });
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      await client.patch(leases, key, { metadata, spec }, { type: 'merge' });
    }
  }
}

interface ReadyCondition {
  readonly type: string;
  readonly status: string;
  readonly lastHeartbeatTime?: string;
  readonly lastTransitionTime?: string;
}

interface NodeWithStatus extends KubeObject {
  readonly status?: { readonly conditions?: readonly ReadyCondition[] };
}

interface Lease extends KubeObject {
  readonly spec: object;
}
