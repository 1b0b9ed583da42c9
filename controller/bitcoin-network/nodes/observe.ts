import { defaultGroup, parseNodeName, type NodeName } from '../../../bitcoin/plan/node-name.ts';
import { checksumAnnotation } from '../../../constructs/bitcoin-network/labels.ts';
import { conditionOf, revisionLabel, type Pod } from '../../cache/workloads.ts';
import type { Scope } from '../scope.ts';
import { firstReady } from './first-ready.ts';
import { podsOfNodes } from './pods.ts';
import { podProblem, podRestart, type NodeProblem, type RestartedContainer } from './problem.ts';

/** The state of one node, as its pod reports it. */
export interface NodeState {
  readonly name: NodeName;
  readonly group: string;
  readonly ordinal: number;
  /** Name of the pod. */
  readonly pod: string;
  /** metadata.uid of the pod. */
  readonly uid: string | undefined;
  readonly dnsName: string;
  readonly ready: boolean;
  /** Undefined until the pod has an address. */
  readonly ip: string | undefined;
  /** The StatefulSet revision of the pod. */
  readonly revision: string | undefined;
  /** Checksum of the configuration of that revision. */
  readonly checksum: string | undefined;
  /** When the pod was created, in milliseconds since the epoch. */
  readonly createdAt: number | undefined;
  /** When the node became ready, in milliseconds since the epoch; undefined if it is not ready. */
  readonly readySince: number | undefined;
  /** When the node stopped being ready; undefined if it is ready, or never was. */
  readonly unreadySince: number | undefined;
  /**
   * When this pod first became ready; undefined if it never was. Its data may then hold blocks that
   * no other node has.
   */
  readonly firstReady: number | undefined;
  /** Whether the cluster ended the pod, which the StatefulSet controller then replaces. */
  readonly hasEnded: boolean;
  /** Why the node does not start; undefined if no problem is known. */
  readonly problem: NodeProblem | undefined;
  /** The crash before the current run of a node that is not ready; undefined without one. */
  readonly restart: RestartedContainer | undefined;
}

/**
 * Returns the network's nodes that have a pod, ordered by group and ordinal. It reads the cache
 * only. Pods that are being deleted do not count; nodes that left the plan do.
 */
export function observeNodes(
  scope: Pick<Scope, 'network' | 'key' | 'names' | 'cache'>,
): NodeState[] {
  const recorded = new Map(
    scope.network.status?.nodes?.map(({ nodeName, firstReadyTime }) => [nodeName, firstReadyTime]),
  );
  return [...podsOfNodes(scope)]
    .filter(([, { metadata }]) => metadata.deletionTimestamp === undefined)
    .map(([name, pod]) => nodeState(scope, name, pod, recorded.get(pod.metadata.name)))
    .sort(byGroupAndOrdinal);
}

function nodeState(
  { names }: Pick<Scope, 'names'>,
  name: NodeName,
  pod: Pod,
  firstReadyTime: string | undefined,
): NodeState {
  const condition = conditionOf(pod, 'Ready');
  const ready = condition?.status === 'True';
  const transition = Date.parse(condition?.lastTransitionTime ?? '');
  const first = firstReady(pod, firstReadyTime);
  return {
    ...parseNodeName(name)!,
    name,
    pod: pod.metadata.name,
    uid: pod.metadata.uid,
    dnsName: names.dnsName(name),
    ready,
    ip: pod.status?.podIP,
    revision: pod.metadata.labels?.[revisionLabel],
    checksum: pod.metadata.annotations?.[checksumAnnotation],
    createdAt: creationTime(pod),
    readySince: ready ? transition : undefined,
    unreadySince: ready || first === undefined ? undefined : transition,
    firstReady: first,
    hasEnded: pod.status?.phase === 'Failed',
    problem: ready ? undefined : podProblem(pod),
    restart: ready ? undefined : podRestart(pod),
  };
}

function creationTime({ metadata: { creationTimestamp } }: Pod): number | undefined {
  return creationTimestamp === undefined ? undefined : Date.parse(creationTimestamp);
}

function byGroupAndOrdinal(a: NodeState, b: NodeState): number {
  if (a.group === b.group) return a.ordinal - b.ordinal;
  if (a.group === defaultGroup) return -1;
  return b.group === defaultGroup || a.group > b.group ? 1 : -1;
}
