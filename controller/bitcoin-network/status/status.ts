import { selectorLabels, selectorString } from '../../../constructs/bitcoin-network/labels.ts';
import type { BitcoinNetworkStatus } from '../../../imports/bitcoin-network.ts';
import { withTransitionTime } from '../../../kube/api/conditions.ts';
import type { StatefulSet } from '../../cache/workloads.ts';
import type { NodeState } from '../nodes/observe.ts';
import { failingFor, objectsCondition } from '../objects/condition.ts';
import { applyFailure, type ApplyFailure } from '../objects/failure.ts';
import type { ObjectsResult } from '../objects/reconcile.ts';
import { peersCondition, type ReportedPeers } from '../peers/condition.ts';
import type { Phase } from '../phase.ts';
import type { RolloutPlan } from '../rollout/plan.ts';
import type { Scope } from '../scope.ts';
import { readyConditions } from './ready.ts';

/** The results of the phases before the status. The result of a phase that failed is undefined. */
export interface Observations {
  readonly nodes: readonly NodeState[];
  readonly objects: Pick<ObjectsResult, 'failure' | 'overridden'> | undefined;
  readonly peers: ReportedPeers | undefined;
  /** Undefined while no rollout is under way. */
  readonly rollout: RolloutPlan | undefined;
  /** The errors of failed phases. */
  readonly errors: ReadonlyMap<Phase, unknown>;
}

/**
 * Returns the network's status.
 *
 * @param statefulSet undefined if it does not exist
 * @param now milliseconds since the epoch, for conditions that change their status
 */
export function networkStatus(
  scope: Pick<Scope, 'network' | 'plan' | 'names'>,
  observations: Observations,
  statefulSet: StatefulSet | undefined,
  now: number,
): BitcoinNetworkStatus {
  const { metadata, status } = scope.network;
  const { nodes, peers, rollout, errors } = observations;
  const generation = metadata.generation!;
  const time = new Date(now).toISOString().replace(/\.\d+Z$/, 'Z');
  const failure = objectsFailure(observations, failingFor(scope.network, now));
  const conditions = [
    ...readyConditions({ scope, statefulSet, nodes, rollout, failure }),
    objectsCondition(failure, observations.objects?.overridden),
    peersCondition(scope, peers, errors.get('peers') ?? errors.get('query')),
  ];
  return {
    observedGeneration: generation,
    replicas: statefulSet?.status?.replicas ?? 0,
    selector: selectorString(selectorLabels(metadata.name)),
    readyNodes: nodes.filter(({ ready }) => ready).length,
    connectedNodes: peers?.complete.size ?? 0,
    nodes: nodes.map(({ name, ordinal, pod, dnsName, ready, ip }) => ({
      nodeName: pod,
      ordinal,
      ready,
      ...(ip !== undefined && { ip }),
      dnsName,
      ...(peers?.counts.has(name) && { peers: peers.counts.get(name)! }),
    })),
    conditions: conditions.map((condition) =>
      withTransitionTime(condition, status?.conditions ?? [], generation, time),
    ),
  };
}

/** Why the objects are not applied, whether the phase returned a failure or threw an error. */
function objectsFailure(
  { objects, errors }: Observations,
  duration: number,
): ApplyFailure | undefined {
  return errors.has('objects') ? applyFailure(errors.get('objects'), duration) : objects?.failure;
}
