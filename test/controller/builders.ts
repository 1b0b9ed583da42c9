import { regtest } from '../../bitcoin/chain.ts';
import type { ChainTip } from '../../bitcoin/chain-state/tips.ts';
import type { NodePeers } from '../../bitcoin/peers/node-peers.ts';
import { planNetwork } from '../../bitcoin/plan/network-plan.ts';
import { parseNodeName, type NodeName } from '../../bitcoin/plan/node-name.ts';
import { RpcAgent } from '../../bitcoin/rpc/agent.ts';
import { RpcError, type RpcFailure } from '../../bitcoin/rpc/error.ts';
import type { Answer } from '../../bitcoin/rpc/batch-query.ts';
import { networkLabel } from '../../constructs/bitcoin-network/labels.ts';
import { networkNames, type NetworkNames } from '../../constructs/bitcoin-network/names.ts';
import type { NodeState } from '../../controller/bitcoin-network/nodes/observe.ts';
import type { PeersResult } from '../../controller/bitcoin-network/peers/reconcile.ts';
import {
  createScope,
  type Dependencies,
  type Scope,
} from '../../controller/bitcoin-network/scope.ts';
import type { Observations } from '../../controller/bitcoin-network/status/status.ts';
import { revisionLabel, type Pod, type StatefulSet } from '../../controller/cache/workloads.ts';
import type { BitcoinNetwork } from '../../imports/bitcoin-network.ts';
import type { Condition } from '../../kube/api/conditions.ts';
import type { EventNote } from '../../kube/events/event.ts';
import type { EventRecorder } from '../../kube/events/recorder.ts';
import type { Clock } from '../../kube/runtime/clock.ts';
import { RecordingLogger } from '../kube/recording-logger.ts';
import { MemoryCache } from './memory-cache.ts';
import { MemoryTransport } from './memory-transport.ts';

/** Objects for tests of the controller: each is valid, and each field can be replaced. */

export const names: NetworkNames = networkNames('alice', regtest);

/** The network lab/alice of 3 nodes. */
export function network(
  spec: BitcoinNetwork['spec'] = { nodes: 3 },
  metadata: Partial<BitcoinNetwork['metadata']> = {},
): BitcoinNetwork {
  return {
    apiVersion: 'bitcoincontroller.christianb93.github.com/v1',
    kind: 'BitcoinNetwork',
    metadata: {
      name: 'alice',
      namespace: 'lab',
      uid: '89abcdef-0000-4000-8000-000000000000',
      generation: 2,
      ...metadata,
    },
    spec,
  };
}

/** A StatefulSet whose pods are all of the revision `r1`. */
export function statefulSet(
  nodes: number,
  status: StatefulSet['status'] = {},
  partition?: number,
): StatefulSet {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: {
      name: 'alice-sts',
      namespace: 'lab',
      generation: 1,
      labels: { [networkLabel]: 'alice' },
    },
    spec: {
      replicas: nodes,
      ...(partition !== undefined && { updateStrategy: { rollingUpdate: { partition } } }),
    },
    status: {
      observedGeneration: 1,
      replicas: nodes,
      currentRevision: 'r1',
      updateRevision: 'r1',
      ...status,
    },
  };
}

/** A pod of the revision `r1`. */
export function pod(
  name: NodeName,
  status: Pod['status'] = {},
  metadata: Partial<Pod['metadata']> = {},
): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: names.pod(name),
      namespace: 'lab',
      labels: { [networkLabel]: 'alice', [revisionLabel]: 'r1' },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'StatefulSet',
          name: 'alice-sts',
          uid: 'uid-of-statefulsets/alice-sts',
          controller: true,
        },
      ],
      ...metadata,
    },
    status,
  };
}

/** The status of a pod that is ready. */
export function readyStatus(podIP: string): NonNullable<Pod['status']> {
  const condition = { type: 'Ready', status: 'True', lastTransitionTime: '2023-11-14T22:13:20Z' };
  return { podIP, conditions: [condition] };
}

/** A node that is ready and of the revision `r1`. */
export function node(name: NodeName, state: Partial<NodeState> = {}): NodeState {
  const identity = parseNodeName(name)!;
  return {
    ...identity,
    name,
    pod: names.pod(name),
    uid: `uid-${name}`,
    dnsName: names.dnsName(name),
    ready: true,
    ip: `10.0.0.${identity.ordinal}`,
    revision: 'r1',
    checksum: 'c1',
    createdAt: 0,
    readySince: 0,
    unreadySince: undefined,
    firstReady: 0,
    hasEnded: false,
    problem: undefined,
    restart: undefined,
    ...state,
  };
}

/** The nodes `0`, `1`, ... with the given revisions; `-` is a node without a pod. */
export function nodesWithRevisions(revisions: string): NodeState[] {
  return revisions
    .split(' ')
    .flatMap((revision, ordinal) => (revision === '-' ? [] : [node(`${ordinal}`, { revision })]));
}

/** A full mesh of nodes whose links are all up. */
export function peers(nodes: number, result: Partial<PeersResult> = {}): PeersResult {
  const plan = [...planNetwork({ nodes }).nodes.values()];
  return {
    connected: new Map(plan.map(({ name, peers }) => [name, new Set(peers)])),
    counts: new Map(plan.map(({ name, peers }) => [name, peers.length])),
    complete: new Set(plan.map(({ name }) => name)),
    down: [],
    failures: new Map(),
    views: new Map(),
    isPending: false,
    ...result,
  };
}

/** A node's answer with its peers, which are on its addnode list and connected. */
export function linkedWith(...nodes: NodeName[]): Answer<NodePeers> {
  const addresses = nodes.map((name) => names.peerAddress(name));
  return { value: { added: addresses, outbound: addresses } };
}

/** A node's answer with a chain of `blocks` blocks. */
export function tip(blocks: number, bestBlockHash = `hash-${blocks}`): Answer<ChainTip> {
  return { value: { blocks, headers: blocks, bestBlockHash } };
}

/** The answers of the nodes `0`, `1`, ... with chains of the given heights. */
export function tips(...heights: number[]): Map<NodeName, Answer<ChainTip>> {
  return new Map(heights.map((height, ordinal) => [`${ordinal}`, tip(height)]));
}

/** The answer of a node that has none. */
export function unanswered(failure: RpcFailure, message = 'a:1: why'): { error: RpcError } {
  return { error: new RpcError(failure, message) };
}

/** The observations of the phases for a network of 3 nodes that matches its spec. */
export function observations(changes: Partial<Observations> = {}): Observations {
  return {
    nodes: [node('0'), node('1'), node('2')],
    objects: { failure: undefined },
    answer: { peers: peers(3) },
    rollout: undefined,
    errors: new Map(),
    ...changes,
  };
}

/** The condition of a network whose objects of a generation have been applied. */
export function objectsApplied(observedGeneration: number): Condition {
  return {
    type: 'ObjectsApplied',
    status: 'True',
    reason: 'AllObjectsApplied',
    message: 'every object is as the controller applied it',
    lastTransitionTime: '2026-01-01T12:00:00Z',
    observedGeneration,
  };
}

/** Events as `Normal Created created ConfigMap alice-config`. */
export class RecordingRecorder implements Pick<EventRecorder, 'record'> {
  readonly events: string[] = [];

  record(_: object, { type, reason, note }: EventNote): void {
    this.events.push(`${type} ${reason} ${note}`);
  }
}

/** A clock whose timers fire at once. */
export class InstantClock implements Clock {
  /** The delays of all timers so far. */
  readonly delays: number[] = [];
  time = Date.UTC(2026, 0, 1, 12);

  now(): number {
    return this.time;
  }

  elapsed(): number {
    return this.time;
  }

  setTimer(callback: () => void, delay: number): () => void {
    let isCanceled = false;
    this.delays.push(delay);
    setImmediate(() => {
      if (!isCanceled) callback();
    });
    return () => {
      isCanceled = true;
    };
  }
}

/** The collaborators of a reconcile over one in-memory API server. */
export function dependencies(server = new MemoryTransport()) {
  return {
    server,
    client: server.client(),
    eventReader: server.client(),
    cache: new MemoryCache(server),
    masterKey: Buffer.alloc(32, 7),
    install: 'bitcoin-controller',
    agent: new RpcAgent(),
    recorder: new RecordingRecorder(),
    guard: () => undefined,
    log: new RecordingLogger(),
    clock: new InstantClock(),
  } satisfies Dependencies & { server: MemoryTransport };
}

/** The collaborators of a test. */
export type TestDependencies = ReturnType<typeof dependencies>;

/** The scope of a reconcile of a network. */
export function scope(
  resource: BitcoinNetwork = network(),
  collaborators: Dependencies = dependencies(),
  signal: AbortSignal = new AbortController().signal,
): Scope {
  return createScope(resource, collaborators, signal);
}
