import type { RpcAgent } from '../../bitcoin/rpc/agent.ts';
import type { NodeName } from '../../bitcoin/plan/node-name.ts';
import type { RpcError } from '../../bitcoin/rpc/error.ts';
import { NodeAnswers } from '../../controller/bitcoin-network/node-answers.ts';
import { NodesReconciler } from '../../controller/bitcoin-network/nodes-reconciler.ts';
import { Reconciler } from '../../controller/bitcoin-network/reconciler.ts';
import type { Dependencies } from '../../controller/bitcoin-network/scope.ts';
import type { StatefulSet } from '../../controller/cache/workloads.ts';
import type { BitcoinNetwork, BitcoinNetworkStatus } from '../../imports/bitcoin-network.ts';
import { digest } from '../../kube/apply/owned-fields.ts';
import {
  batchResponse,
  RpcServer,
  type ReceivedRequest,
  type RpcResponse,
} from '../bitcoin/rpc/rpc-server.ts';
import { dependencies, network, pod, readyStatus, type TestDependencies } from './builders.ts';
import { FakeNode } from './fake-node.ts';

/**
 * An API server, the StatefulSet controller and the bitcoind of every node: all that a Reconciler
 * works with. The network is lab/alice.
 */
export class MemoryCluster {
  readonly context: TestDependencies;
  /** The bitcoind of each node that has a pod. */
  readonly nodes = new Map<NodeName, FakeNode>();
  readonly #rpc: RpcServer;
  readonly #agent: RpcAgent;
  #reconciler!: Reconciler;
  #nodesReconciler!: NodesReconciler;

  private constructor(rpc: RpcServer) {
    this.#rpc = rpc;
    this.#agent = rpc.agent();
    this.context = { ...dependencies(), agent: this.#agent };
    this.replaceController({});
    rpc.respond = (request) => this.#answer(request);
  }

  static async start(spec?: BitcoinNetwork['spec']): Promise<MemoryCluster> {
    const rpc = await RpcServer.start();
    const cluster = new MemoryCluster(rpc);
    cluster.createNetwork(spec);
    return cluster;
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    await this.#rpc.stop();
  }

  get server() {
    return this.context.server;
  }

  get events(): string[] {
    return this.context.recorder.events;
  }

  /** The requests that nodes received. */
  get rpcRequests(): readonly ReceivedRequest[] {
    return this.#rpc.requests;
  }

  /** Continues with another controller process, whose collaborators differ. */
  replaceController(changes: Partial<Dependencies>): void {
    const dependencies = { ...this.context, ...changes };
    const answers = new NodeAnswers(() => undefined, dependencies.clock);
    this.#reconciler = new Reconciler(dependencies, answers);
    this.#nodesReconciler = new NodesReconciler(dependencies, answers, () => undefined);
  }

  createNetwork(spec?: BitcoinNetwork['spec']): void {
    this.server.put('bitcoinnetworks/alice', { ...network(spec) });
  }

  /** Changes the spec like a user. */
  editSpec(spec: Partial<BitcoinNetwork['spec']>): void {
    const { generation = 0 } = this.server.get('bitcoinnetworks/alice').metadata;
    this.server.edit('bitcoinnetworks/alice', {
      metadata: { generation: generation + 1 },
      spec,
    });
  }

  get status(): BitcoinNetworkStatus | undefined {
    return this.server.get('bitcoinnetworks/alice').status as BitcoinNetworkStatus | undefined;
  }

  /** A condition as `False ApplyFailed`. */
  condition(type: string): string | undefined {
    const found = this.status?.conditions?.find((condition) => condition.type === type);
    return found && `${found.status} ${found.reason}`;
  }

  /** Reconciles the objects of lab/alice once. */
  reconcileObjects(signal = new AbortController().signal) {
    return this.#reconciler.reconcile('lab/alice', signal);
  }

  /** Reconciles the nodes of lab/alice once. */
  reconcileNodes(signal = new AbortController().signal) {
    return this.#nodesReconciler.reconcile('lab/alice', signal);
  }

  /**
   * Reconciles lab/alice: its objects, then its nodes, then its status with their answers.
   *
   * @returns the earliest time of the next reconcile
   */
  async reconcile() {
    const objects = await this.reconcileObjects();
    if (objects === undefined || objects.requeueAfter === 0) return objects;
    const [nodes] = await Promise.allSettled([this.reconcileNodes()]);
    const status = await this.reconcileObjects();
    if (nodes.status === 'rejected') throw nodes.reason;
    return status!.requeueAfter < nodes.value!.requeueAfter ? status : nodes.value;
  }

  /** Reconciles and runs pods until the network has 3 nodes, links and a status. */
  async settle(): Promise<void> {
    for (let round = 0; round < 4; round++) {
      await this.reconcile();
      this.runPods();
    }
    this.server.writes.length = 0;
    this.events.length = 0;
  }

  /** Does the work of the StatefulSet controller: replaces pods from the update partition on. */
  runPods(): void {
    const set = this.server.get('statefulsets/alice-sts') as object as StatefulSet & {
      spec: { template: { metadata: { annotations: Record<string, string> } } };
    };
    const revision = digest(set.spec.template);
    const { replicas = 0, updateStrategy } = set.spec;
    const partition = updateStrategy?.rollingUpdate?.partition ?? 0;
    let isComplete = true;
    for (let ordinal = 0; ordinal < replicas; ordinal++) {
      const name: NodeName = `${ordinal}`;
      const key = `pods/alice-sts-${name}`;
      const old = this.server.objects.get(key);
      const isCurrent = old?.metadata.labels?.['controller-revision-hash'] === revision;
      if (old && (isCurrent || ordinal < partition)) {
        isComplete &&= isCurrent;
        continue;
      }
      this.nodes.set(name, new FakeNode());
      const labels = {
        'bitcoincontroller.christianb93.github.com/network': 'alice',
        'controller-revision-hash': revision,
      };
      const annotations = set.spec.template.metadata.annotations;
      const metadata = { labels, annotations };
      this.server.put(key, { ...pod(name, readyStatus(`10.0.0.${ordinal}`), metadata) });
    }
    this.server.edit('statefulsets/alice-sts', {
      status: {
        observedGeneration: set.metadata.generation,
        replicas,
        currentRevision: isComplete ? revision : (set.status?.currentRevision ?? revision),
        updateRevision: revision,
      },
    });
  }

  async #answer({ host, calls }: ReceivedRequest): Promise<RpcResponse> {
    this.server.writes.push(`rpc ${host}`);
    const ordinal = /^10\.0\.0\.(\d+):18332$/.exec(host)![1]!;
    const node = this.nodes.get(`${Number(ordinal)}`)!;
    try {
      return batchResponse(await node.batch(calls));
    } catch (error) {
      const isRejected = (error as RpcError).failure === 'unauthorized';
      return { status: isRejected ? 401 : 500, body: 'failure' };
    }
  }
}
