import type { StatefulSet } from '../../cache/workloads.ts';
import { pluralize } from '../message.ts';
import { refusalActionDue, type PodObservations } from './problems.ts';

/** Reports nodes without a pod, with the API server's reason if it is known. */
export function missingPods(
  observations: PodObservations,
  statefulSet: StatefulSet | undefined,
): string[] {
  const refused = refusedPods(observations);
  const missing = missingCount(observations);
  if (refused.length > 0 || missing === 0 || !statefulSet) return refused;
  const command = `kubectl describe statefulset ${statefulSet.metadata.name}`;
  return [`${describeMissing(missing)} yet; see ${command}`];
}

/** Reports nodes whose pods the API server refuses. */
export function refusedPods(observations: PodObservations): string[] {
  const missing = missingCount(observations);
  const { refusal } = observations;
  return refusal && missing > 0 ? [`${describeMissing(missing)}: ${refusal.message}`] : [];
}

function describeMissing(missing: number): string {
  return `${pluralize(missing, 'pod')} ${missing === 1 ? 'does' : 'do'} not exist`;
}

/** The number of planned nodes that have no pod, not even one that is being deleted. */
function missingCount({ scope: { plan }, nodes, terminating = [] }: PodObservations): number {
  const present = new Set([...nodes, ...terminating].map(({ name }) => name));
  return [...plan.nodes.keys()].filter((name) => !present.has(name)).length;
}

/** Whether user action is due for pods that the API server refuses. */
export function isRefusedTooLong(observations: PodObservations): boolean {
  if (!observations.refusal || missingCount(observations) === 0) return false;
  return observations.now >= refusalActionDue(observations);
}
