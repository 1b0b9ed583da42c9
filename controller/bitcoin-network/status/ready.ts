import type { ConditionInput } from '../reasons.ts';
import { count, list } from './message.ts';
import type { NodeState } from '../nodes/observe.ts';
import type { Observation } from './status.ts';
import { isObserved } from '../../cache/workloads.ts';

/**
 * Ready, Reconciling and Stalled, which belong together: a network is Ready, on
 * its way, or in need of a person, and kstatus reads the last two in this order.
 */
export function readiness(seen: Observation): ConditionInput[] {
  const { network, nodes, rollout, failure } = seen;
  const wanted = network.spec.nodes;
  if (failure) {
    const { reason, message, terminal } = failure;
    return verdict({ type: 'Ready', status: 'False', reason, message }, terminal);
  }
  const before = verdictBefore(seen);
  if (before) return before;
  const current = nodes.filter((node) => isCurrent(seen, node)).length;
  if (current === wanted) {
    const message = wanted === 1 ? 'the node is ready' : `all ${wanted} nodes are ready`;
    return verdict({ type: 'Ready', status: 'True', reason: 'AllNodesReady', message }, false);
  }
  const ready = nodes.filter((node) => node.ready && node.ordinal < wanted).length;
  const failing = nodes.filter(({ problem }) => problem !== undefined);
  if (failing.length > 0) {
    const problems = failing.map(({ pod, problem }) => `${pod}: ${problem!.message}`);
    const message = `${ready} of ${wanted} nodes are ready; ${list(problems, '; ')}`;
    const lasting = failing.some(({ problem }) => problem!.lasting);
    return verdict({ type: 'Ready', status: 'False', reason: 'NodeFailing', message }, lasting);
  }
  if (rollout) {
    const waiting = rollout.waitingFor === undefined ? '' : `; ${rollout.waitingFor}`;
    const message = `${current} of ${wanted} nodes have the new revision${waiting}`;
    return verdict({ type: 'Ready', status: 'False', reason: 'RollingOut', message }, false);
  }
  const message = [`${ready} of ${wanted} nodes are ready`, ...missingPods(seen)].join('; ');
  return verdict({ type: 'Ready', status: 'False', reason: 'NodesNotReady', message }, false);
}

/**
 * While the StatefulSet's status is behind its spec, as after each step of a roll,
 * it does not tell which pods are current: what was said of this generation stays.
 */
function verdictBefore({ network, statefulSet }: Observation): ConditionInput[] | undefined {
  const { metadata, status } = network;
  if (!statefulSet || isObserved(statefulSet)) return undefined;
  if (status?.observedGeneration !== metadata.generation) return undefined;
  const said = (['Ready', 'Reconciling', 'Stalled'] as const).map((type) =>
    status?.conditions?.find((condition) => condition.type === type),
  );
  return said.every((condition) => condition !== undefined)
    ? (said as ConditionInput[])
    : undefined;
}

/** Whether a node of the plan is ready and of the StatefulSet's newest revision. */
function isCurrent({ network, statefulSet }: Observation, node: NodeState): boolean {
  const { ordinal, ready, revision } = node;
  const isNewest =
    statefulSet !== undefined &&
    isObserved(statefulSet) &&
    revision === statefulSet.status?.updateRevision;
  return ready && ordinal < network.spec.nodes && isNewest;
}

/**
 * Nodes without a pod. Only events of the StatefulSet tell why, such as an
 * exceeded quota, and the controller may not read those.
 */
function missingPods({ network, statefulSet, nodes }: Observation): string[] {
  const missing = network.spec.nodes - nodes.length;
  if (missing <= 0 || !statefulSet) return [];
  return [
    `${count(missing, 'pod')} not there yet: kubectl describe statefulset ${statefulSet.metadata.name}`,
  ];
}

function verdict(ready: ConditionInput, needsPerson: boolean): ConditionInput[] {
  const { message } = ready;
  const settled = ready.status === 'True' || needsPerson;
  return [
    ready,
    settled
      ? { type: 'Reconciling', status: 'False', reason: 'Settled', message }
      : { type: 'Reconciling', status: 'True', reason: 'Progressing', message },
    needsPerson
      ? { type: 'Stalled', status: 'True', reason: 'ActionRequired', message }
      : { type: 'Stalled', status: 'False', reason: 'Settled', message },
  ];
}

/** Whether every planned link is up, as far as the nodes say. */
export function peersConnected({ network, peers }: Observation): ConditionInput {
  const type = 'PeersConnected';
  const failures = [...peers.failures.values()];
  const refused = failures.find(({ failure }) => failure === 'unauthorized');
  if (refused) {
    const message =
      `${refused.message}: the nodes do not know the controller's login, restart them with ` +
      `kubectl rollout restart statefulset ${network.metadata.name}-sts`;
    return { type, status: 'False', reason: 'RpcUnauthorized', message };
  }
  if (failures[0]) {
    const isUnreachable = ['unreachable', 'timeout'].includes(failures[0].failure);
    const reason = isUnreachable ? 'RpcUnreachable' : 'RpcFailed';
    const message = `${count(failures.length, 'ready node')} did not answer; ${failures[0].message}`;
    return { type, status: 'Unknown', reason, message };
  }
  if (peers.down.length === 0 && peers.complete.size === network.spec.nodes) {
    return { type, status: 'True', reason: 'AllLinksUp', message: 'every planned link is up' };
  }
  const message =
    peers.down.length === 0
      ? `${peers.complete.size} of ${network.spec.nodes} nodes answer`
      : `${count(peers.down.length, 'planned link')} down: ${list(peers.down)}`;
  return { type, status: 'False', reason: 'LinksDown', message };
}
