import type { NodeName } from '../../../bitcoin/plan/node-name.ts';
import { conditionOf, revisionLabel, updatePartitionOf, type Pod } from '../../cache/workloads.ts';
import { hasEnded } from '../nodes/first-ready.ts';
import { statefulSetOf, type Scope } from '../scope.ts';

/** A node that lost its data, or is about to. */
export interface Loss {
  readonly node: NodeName;
  /** metadata.uid of the pod that has or had the data; undefined if the pod does not exist. */
  readonly uid: string | undefined;
  readonly cause: string;
}

/** The inputs of {@link findLosses}. */
export type LossScope = Pick<Scope, 'network' | 'key' | 'names' | 'cache' | 'plan'>;

/**
 * Returns the nodes whose data is lost since the status of the network was written, and not because
 * the spec demands it: a rollout and a smaller spec.nodes are announced before. The status records
 * which pods had data. So a loss is found even if no controller was running.
 */
export function findLosses(scope: LossScope): Loss[] {
  const { network, key, names, cache, plan } = scope;
  // Pods whose StatefulSet was deleted count too: they show whether the data still exists.
  const pods = new Map(cache.podsOf(key).map((pod) => [pod.metadata.name, pod]));
  return (network.status?.nodes ?? []).flatMap(({ nodeName, firstReadyTime }) => {
    const node = names.nodeOfPod(nodeName);
    const ordinal = node === undefined ? undefined : plan.nodes.get(node)?.ordinal;
    if (node === undefined || ordinal === undefined || firstReadyTime === undefined) return [];
    const pod = pods.get(nodeName);
    const isReplaced = pod && isCreatedAfter(pod, firstReadyTime);
    const owner = isReplaced ? undefined : pod;
    if (isReplacedByRollout(scope, ordinal, owner)) return [];
    const cause = causeOf(scope, ordinal, owner);
    return cause === undefined ? [] : [{ node, uid: owner?.metadata.uid, cause }];
  });
}

function isCreatedAfter({ metadata }: Pod, firstReadyTime: string): boolean {
  return Date.parse(firstReadyTime) < Date.parse(metadata.creationTimestamp ?? '');
}

/** Whether the StatefulSet replaces a pod because it has an older revision. */
function isReplacedByRollout(scope: LossScope, ordinal: number, pod: Pod | undefined): boolean {
  const set = statefulSetOf(scope);
  if (!set || ordinal < updatePartitionOf(set)) return false;
  return pod?.metadata.labels?.[revisionLabel] !== set.status?.updateRevision;
}

/** Returns why the data of a node is lost; undefined if it is not. */
function causeOf(scope: LossScope, ordinal: number, pod: Pod | undefined): string | undefined {
  const set = statefulSetOf(scope);
  const name = scope.names.statefulSet();
  if (!set) {
    return `StatefulSet ${name} was deleted, and its pods with it, unless --cascade=orphan was set`;
  }
  const { replicas = 1 } = set.spec;
  if (ordinal >= replicas) return `another client scaled StatefulSet ${name} to ${replicas}`;
  if (!pod) return 'the pod was deleted';
  const { reason, message } = pod.status ?? {};
  if (hasEnded(pod)) return withDetails('the pod ended', reason, message);
  if (pod.metadata.deletionTimestamp === undefined) return undefined;
  const disruption = conditionOf(pod, 'DisruptionTarget');
  return withDetails('the pod was deleted', disruption?.reason, disruption?.message);
}

/** Longest message of another component in a cause. */
const maxMessageLength = 200;

function withDetails(text: string, reason: string | undefined, message = ''): string {
  if (reason === undefined) return text;
  const details = message.trim().slice(0, maxMessageLength);
  return `${text} (${details === '' ? reason : `${reason}: ${details}`})`;
}
