import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { rpcPort } from '../../bitcoin/chain.ts';
import { pods } from '../../controller/cache/resources.ts';
import type { Pod } from '../../controller/cache/workloads.ts';
import { Reflector, type KubeClient, type Resource } from '../../kube/index.ts';

const nodes: Resource = { apiVersion: 'v1', kind: 'Node', plural: 'nodes', namespaced: false };

export const fakeNodeName = 'fake';

/** Milliseconds between two signs of life; the cluster waits for 40 s. */
const heartbeat = 10_000;

/**
 * A Node whose pods are Ready as soon as they are bound to it, without any
 * process: a stub in this process answers each one's RPC, on an address of its own.
 */
export class FakeNode {
  readonly #client: KubeClient;
  readonly #stop = new AbortController();
  readonly #stubs = new Map<string, RpcStub>();
  readonly #timer: NodeJS.Timeout;
  readonly #running: Promise<void>;
  /** Second octet: above those that virtual nodes use. */
  readonly #octet = 128 + (process.pid % 100);
  #addresses = 0;

  private constructor(client: KubeClient) {
    this.#client = client;
    this.#timer = setInterval(() => void this.#beat(), heartbeat);
    const reflector = new Reflector<Pod>({
      client,
      resource: pods,
      fieldSelector: `spec.nodeName=${fakeNodeName}`,
      onChange: async ({ type, object }) => {
        if (type !== 'deleted') await this.#run(object);
      },
      log: { debug: ignore, info: ignore, warn: ignore, error: console.error },
    });
    this.#running = reflector.run(this.#stop.signal);
  }

  static async start(client: KubeClient): Promise<FakeNode> {
    const metadata = { name: fakeNodeName };
    await client.create(nodes, { apiVersion: 'v1', kind: 'Node', metadata });
    const node = new FakeNode(client);
    await node.#beat();
    return node;
  }

  /** RPC calls answered so far. */
  get calls(): number {
    return [...this.#stubs.values()].reduce((sum, { calls }) => sum + calls, 0);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stop.abort();
    await this.#running;
    for (const stub of this.#stubs.values()) stub.close();
  }

  async #beat(): Promise<void> {
    const time = new Date().toISOString();
    const ready = { type: 'Ready', status: 'True', reason: 'Fake', message: '' };
    const status = {
      capacity: { cpu: '1000', memory: '1Ti', 'ephemeral-storage': '1Ti', pods: '10000' },
      conditions: [{ ...ready, lastHeartbeatTime: time, lastTransitionTime: time }],
    };
    const options = { type: 'merge', subresource: 'status' } as const;
    await this.#client.patch(nodes, { name: fakeNodeName }, { status }, options);
  }

  async #run({ metadata, status }: Pod): Promise<void> {
    if (metadata.deletionTimestamp !== undefined) {
      await this.#client.delete(pods, metadata, { gracePeriodSeconds: 0 });
      return;
    }
    if (status?.podIP !== undefined) return;
    const number = ++this.#addresses;
    const podIP = `127.${this.#octet}.${number >> 8}.${number & 255}`;
    this.#stubs.set(podIP, await RpcStub.listen(podIP));
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
  // Of no interest to a measurement.
}

/** As much of bitcoind as the peers step needs: whom it is told to dial is connected at once. */
class RpcStub {
  calls = 0;
  readonly #added = new Set<string>();
  readonly #connected = new Set<string>();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', (request, response) => void this.#answer(request, response));
  }

  static listen(address: string): Promise<RpcStub> {
    const server = createServer();
    const stub = new RpcStub(server);
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(rpcPort, address, () => {
        resolve(stub);
      });
    });
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const calls = JSON.parse(await text(request)) as Call[];
    this.calls += calls.length;
    const answers = calls.map((call) => ({ id: call.id, result: this.#call(call), error: null }));
    response.end(JSON.stringify(answers));
  }

  #call({ method, params: [name = '', command] = [] }: Call): unknown {
    if (command === 'add') this.#added.add(name);
    if (command === 'remove') this.#added.delete(name);
    if (command === 'onetry') this.#connected.add(name);
    if (method === 'disconnectnode') this.#connected.delete(name);
    if (method === 'getaddednodeinfo') return [...this.#added].map((addednode) => ({ addednode }));
    if (method === 'getblockchaininfo') return { blocks: 0, bestblockhash: '0' };
    const peers = [...this.#connected];
    return peers.map((addr) => ({ addr, inbound: false, version: 70016 }));
  }
}

interface Call {
  readonly id: number;
  readonly method: string;
  readonly params?: readonly string[];
}
