import { networkNames, type NetworkNames } from '../../constructs/bitcoin-network/names.ts';
import type { NodeState } from '../../controller/bitcoin-network/nodes/observe.ts';
import type { PeersSeen } from '../../controller/bitcoin-network/peers/reconcile.ts';
import type { Observation } from '../../controller/bitcoin-network/status/status.ts';
import type { Pod, StatefulSet } from '../../controller/cache/workloads.ts';
import type { BitcoinNetwork } from '../../imports/bitcoin-network.ts';

/** Objects for tests of the controller, each valid and each field replaceable. */

export const names: NetworkNames = networkNames('alice');

export function network(
  spec: BitcoinNetwork['spec'] = { nodes: 3 },
  metadata: Partial<BitcoinNetwork['metadata']> = {},
): BitcoinNetwork {
  return {
    apiVersion: 'bitcoincontroller.christianb93.github.com/v1',
    kind: 'BitcoinNetwork',
    metadata: { name: 'alice', namespace: 'lab', uid: 'uid-1', generation: 2, ...metadata },
    spec,
  };
}

export function statefulSet(nodes: number, status: StatefulSet['status'] = {}): StatefulSet {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'alice-sts', namespace: 'lab', generation: 1 },
    spec: { replicas: nodes },
    status: {
      observedGeneration: 1,
      replicas: nodes,
      currentRevision: 'r1',
      updateRevision: 'r1',
      ...status,
    },
  };
}

export function pod(ordinal: number, status: Pod['status'] = {}, deleted = false): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: names.pod(ordinal),
      namespace: 'lab',
      labels: { 'controller-revision-hash': 'r1' },
      ...(deleted && { deletionTimestamp: '2026-01-01T00:00:00Z' }),
    },
    status,
  };
}

export function node(ordinal: number, state: Partial<NodeState> = {}): NodeState {
  return {
    ordinal,
    pod: names.pod(ordinal),
    dnsName: names.dnsName(ordinal),
    ready: true,
    ip: `10.0.0.${ordinal}`,
    revision: 'r1',
    readySince: 0,
    problem: undefined,
    ...state,
  };
}

/** A mesh of so many nodes, all links up. */
export function peers(nodes: number, seen: Partial<PeersSeen> = {}): PeersSeen {
  const ordinals = Array.from({ length: nodes }, (_, ordinal) => ordinal);
  return {
    connected: new Map(
      ordinals.map((ordinal) => [ordinal, new Set(ordinals.filter((peer) => peer !== ordinal))]),
    ),
    counts: new Map(ordinals.map((ordinal) => [ordinal, nodes - 1])),
    complete: new Set(ordinals),
    down: [],
    failures: new Map(),
    changed: false,
    ...seen,
  };
}

/** A network of three nodes that is as it should be. */
export function observation(seen: Partial<Observation> = {}): Observation {
  return {
    network: network(),
    statefulSet: statefulSet(3),
    nodes: [0, 1, 2].map((ordinal) => node(ordinal)),
    peers: peers(3),
    rollout: undefined,
    failure: undefined,
    ...seen,
  };
}
