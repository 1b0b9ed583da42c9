import { isNotFound, Reflector, type KubeClient } from '../../kube/index.ts';
import { FakeBitcoind } from './fake-bitcoind.ts';
import type { Pod } from './pod.ts';
import { nodes, pods } from './resources.ts';

const nodeName = 'fake';

/** Milliseconds between two heartbeats of the Node; the control plane waits 40 s for one. */
const heartbeatInterval = 10_000;

/** The RPC server of a fake node. */
export interface NodeServer {
  /** The number of RPC calls so far. */
  readonly callCount: number;
  close(): void;
}

/** Starts the RPC server of a pod at an address. */
export type ServeNode = (address: string, podName: string) => Promise<NodeServer>;

/**
 * The kubelet of a Node whose pods are Ready as soon as they are bound to it. They have no
 * processes: a server in this process, at an address of its own, responds for each.
 */
export class FakeKubelet {
  readonly #client: KubeClient;
  readonly #serve: ServeNode;
  readonly #stop = new AbortController();
  /** By address. */
  readonly #servers = new Map<string, NodeServer>();
  readonly #timer: NodeJS.Timeout;
  readonly #running: Promise<void>;
  /** The second octet of the addresses: above those that the playground uses. */
  readonly #octet = 128 + (process.pid % 100);
  #addressCount = 0;

  private constructor(client: KubeClient, serve: ServeNode) {
    this.#client = client;
    this.#serve = serve;
    this.#timer = setInterval(() => void this.#beat(), heartbeatInterval);
    const reflector = new Reflector<Pod>({
      client,
      resource: pods,
      fieldSelector: `spec.nodeName=${nodeName}`,
      onChange: async ({ type, object }) => {
        if (type === 'deleted') return;
        await this.#run(object).catch((error: unknown) => {
          // The pod was deleted in the meantime.
          if (!isNotFound(error)) throw error;
        });
      },
      log: { debug: ignore, info: ignore, warn: ignore, error: console.error },
    });
    this.#running = reflector.run(this.#stop.signal);
  }

  /** @param serve starts the RPC server of a pod; by default that of a {@link FakeBitcoind} */
  static async start(
    client: KubeClient,
    serve: ServeNode = (address) => FakeBitcoind.listen(address),
  ): Promise<FakeKubelet> {
    await cordonPlaygroundNode(client);
    const metadata = { name: nodeName };
    await client.create(nodes, { apiVersion: 'v1', kind: 'Node', metadata });
    const kubelet = new FakeKubelet(client, serve);
    await kubelet.#beat();
    return kubelet;
  }

  /** The number of RPC calls to all its nodes so far. */
  get callCount(): number {
    return [...this.#servers.values()].reduce((sum, { callCount }) => sum + callCount, 0);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stop.abort();
    await this.#running;
    for (const server of this.#servers.values()) server.close();
  }

  async #beat(): Promise<void> {
    const time = new Date().toISOString();
    const ready = { type: 'Ready', status: 'True', reason: 'Fake', message: '' };
    const status = {
      capacity: { cpu: '1000', memory: '1Ti', 'ephemeral-storage': '1Ti', pods: '10000' },
      conditions: [{ ...ready, lastHeartbeatTime: time, lastTransitionTime: time }],
    };
    const options = { type: 'merge', subresource: 'status' } as const;
    await this.#client.patch(nodes, { name: nodeName }, { status }, options);
  }

  async #run({ metadata, status }: Pod): Promise<void> {
    if (metadata.deletionTimestamp !== undefined) {
      await this.#client.delete(pods, metadata, { gracePeriodSeconds: 0 });
      return;
    }
    if (status?.podIP !== undefined) return;
    const number = ++this.#addressCount;
    const podIP = `127.${this.#octet}.${number >> 8}.${number & 255}`;
    this.#servers.set(podIP, await this.#serve(podIP, metadata.name));
    const conditions = ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map((type) => ({
      type,
      status: 'True',
      lastTransitionTime: new Date().toISOString(),
    }));
    const running = { phase: 'Running', podIP, podIPs: [{ ip: podIP }], conditions };
    const options = { type: 'merge', subresource: 'status' } as const;
    await this.#client.patch(pods, metadata, { status: running }, options);
  }
}

function ignore(): void {
  // The tests do not need these lines.
}

/** Keeps the pods off the playground's node, so that all run on the fake one. */
async function cordonPlaygroundNode(client: KubeClient): Promise<void> {
  const cordon = { spec: { unschedulable: true } };
  await client.patch(nodes, { name: 'playground' }, cordon, { type: 'merge' });
}
