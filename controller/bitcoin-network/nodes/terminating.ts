import type { NodeName } from '../../../bitcoin/plan/node-name.ts';
import { formatTime } from '../../../kube/api/conditions.ts';
import { conditionOf, type Pod } from '../../cache/workloads.ts';
import { joinLimited } from '../message.ts';
import type { Scope } from '../scope.ts';
import { podsOfNodes } from './pods.ts';
import { gracePeriod, type NodeProblem } from './problem.ts';

/** A pod of a node that is being deleted. Until it is gone, the node gets no other pod. */
export interface TerminatingPod {
  readonly name: NodeName;
  readonly pod: string;
  /** When the deletion was requested, in milliseconds since the epoch. */
  readonly since: number;
  /** When the time that the containers have to stop is over, in milliseconds since the epoch. */
  readonly deadline: number;
  /** The Kubernetes node that runs the pod. */
  readonly kubernetesNode: string | undefined;
  readonly finalizers: readonly string[];
  /** Why the cluster deletes the pod, such as a preemption; undefined if a client deletes it. */
  readonly disruption: string | undefined;
}

/** Milliseconds after the deadline before a pod counts as hanging. */
const slack = 30_000;

/** Returns the pods of a network that are being deleted. It reads the cache only. */
export function terminatingPods(
  scope: Pick<Scope, 'network' | 'key' | 'names' | 'cache'>,
): TerminatingPod[] {
  return [...podsOfNodes(scope)]
    .filter(([, { metadata }]) => metadata.deletionTimestamp !== undefined)
    .map(([name, pod]) => terminatingPod(name, pod));
}

function terminatingPod(name: NodeName, pod: Pod): TerminatingPod {
  const { metadata, spec } = pod;
  // The API server sets the timestamp to the end of the grace period.
  const deadline = Date.parse(metadata.deletionTimestamp!);
  const disruption = conditionOf(pod, 'DisruptionTarget');
  return {
    name,
    pod: metadata.name,
    since: deadline - (metadata.deletionGracePeriodSeconds ?? 0) * 1_000,
    deadline,
    kubernetesNode: spec?.nodeName,
    finalizers: metadata.finalizers ?? [],
    disruption:
      disruption?.status === 'True'
        ? [disruption.reason, disruption.message].filter(Boolean).join(': ')
        : undefined,
  };
}

/**
 * Returns what is known of a pod that is being deleted: since when, on which Kubernetes node, and,
 * once its time is over, what a user can do. User action is due 5 minutes after that.
 *
 * @param now milliseconds since the epoch
 */
export function terminatingProblem(pod: TerminatingPod, now: number): NodeProblem {
  const { since, deadline, kubernetesNode, disruption } = pod;
  const place = kubernetesNode === undefined ? '' : ` on Kubernetes node ${kubernetesNode}`;
  const cause = disruption === undefined ? '' : ` (${disruption})`;
  const start = `terminating since ${describeTime(since)}${place}${cause}`;
  const isOver = now >= hangsFrom(pod);
  const message = isOver ? `${start}; ${remedy(pod)}` : `${start}, until ${describeTime(deadline)}`;
  return { message, lasting: false, actionDue: deadline + gracePeriod };
}

/** When a pod that is still being deleted counts as hanging, in milliseconds since the epoch. */
export function hangsFrom({ deadline }: TerminatingPod): number {
  return deadline + slack;
}

function remedy({ pod, finalizers }: TerminatingPod): string {
  if (finalizers.length > 0) {
    const patch = `kubectl patch pod ${pod} --type=merge -p '{"metadata":{"finalizers":null}}'`;
    return `finalizers keep it: ${joinLimited(finalizers)}; if their owner is gone, run ${patch}`;
  }
  return (
    'its Kubernetes node does not confirm that it stopped; if that machine is gone, run ' +
    `kubectl delete pod ${pod} --force --grace-period=0`
  );
}

/** Formats a time that any client may have written. */
function describeTime(time: number): string {
  return Number.isNaN(time) ? 'an unknown time' : formatTime(time);
}
