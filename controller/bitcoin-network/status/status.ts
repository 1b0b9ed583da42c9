import { selectorLabels, selectorString } from '../../../constructs/bitcoin-network/labels.ts';
import type { BitcoinNetworkStatus } from '../../../imports/bitcoin-network.ts';
import { formatTime, withTransitionTime } from '../../../kube/api/conditions.ts';
import type { StatefulSet } from '../../cache/workloads.ts';
import type { NodesAnswer } from '../node-answers.ts';
import type { NodeState } from '../nodes/observe.ts';
import { failingFor, objectsCondition } from '../objects/condition.ts';
import { applyFailure, type ApplyFailure } from '../objects/failure.ts';
import type { ObjectsResult } from '../objects/reconcile.ts';
import type { Phase } from '../phase.ts';
import type { RolloutPlan } from '../rollout/plan.ts';
import type { Scope } from '../scope.ts';
import { peersStatus } from './peers-status.ts';
import type { PodRefusal } from '../nodes/pod-refusals.ts';
import type { TerminatingPod } from '../nodes/terminating.ts';
import { readyConditions } from './ready.ts';

/** The results of the phases before the status. The result of a phase that failed is undefined. */
export interface Observations {
  readonly nodes: readonly NodeState[];
  readonly objects: Pick<ObjectsResult, 'failure' | 'overridden'> | undefined;
  /** The answer of the nodes, or the milliseconds since their query was requested. */
  readonly answer: NodesAnswer | number;
  /** Undefined while no rollout is under way. */
  readonly rollout: RolloutPlan | undefined;
  /** The errors of failed phases. */
  readonly errors: ReadonlyMap<Phase, unknown>;
  /** Pods that are being deleted. @default none */
  readonly terminating?: readonly TerminatingPod[];
  /** Why the API server refuses to create pods. @default unknown */
  readonly refusal?: PodRefusal | undefined;
  /** Whether nodes have to be replaced. @default whether `rollout` is given */
  readonly isRolling?: boolean;
}

/**
 * Returns the network's status.
 *
 * @param statefulSet undefined if it does not exist
 * @param now milliseconds since the epoch, for conditions that change their status
 */
export function networkStatus(
  scope: Pick<Scope, 'network' | 'plan' | 'names' | 'install'>,
  observations: Observations,
  statefulSet: StatefulSet | undefined,
  now: number,
): BitcoinNetworkStatus {
  const { plan, network } = scope;
  const { metadata, status } = network;
  const { nodes, answer, rollout, terminating = [], refusal } = observations;
  const peers = peersStatus(scope, answer);
  const generation = metadata.generation!;
  const time = formatTime(now);
  const failure = objectsFailure(observations, failingFor(network, now));
  const conditions = [
    ...readyConditions({
      ...{ scope, statefulSet, nodes, terminating, refusal, rollout, failure, now },
      rolloutError: rolloutError(observations),
    }),
    objectsCondition(failure, observations.objects?.overridden),
    peers.condition,
  ];
  return {
    observedGeneration: generation,
    controller: scope.install,
    replicas: statefulSet?.status?.replicas ?? 0,
    selector: selectorString(selectorLabels(metadata.name)),
    readyNodes: nodes.filter(({ name, ready }) => ready && plan.nodes.has(name)).length,
    connectedNodes: peers.connectedNodes,
    nodes: nodes.map(({ name, ordinal, pod, dnsName, ready, firstReady, ip }) => ({
      nodeName: pod,
      ordinal,
      ready,
      ...(firstReady !== undefined && { firstReadyTime: formatTime(firstReady) }),
      ...(ip !== undefined && { ip }),
      dnsName,
      ...(peers.counts.has(name) && { peers: peers.counts.get(name)! }),
    })),
    conditions: conditions.map((condition) =>
      // A condition with a time is the stored one, which describes the generation that it names.
      'lastTransitionTime' in condition
        ? condition
        : withTransitionTime(condition, status?.conditions ?? [], generation, time),
    ),
  };
}

/** Returns the first error of the phases that a rollout needs, while one is under way. */
function rolloutError({ isRolling = false, answer, errors }: Observations): unknown {
  if (!isRolling) return undefined;
  const answerError = typeof answer === 'object' && 'error' in answer ? answer.error : undefined;
  return errors.get('rollout') ?? answerError;
}

/** Why the objects are not applied, whether the phase returned a failure or threw an error. */
function objectsFailure(
  { objects, errors }: Observations,
  duration: number,
): ApplyFailure | undefined {
  return errors.has('objects') ? applyFailure(errors.get('objects'), duration) : objects?.failure;
}
