import type { ConditionInput } from './conditions.ts';
import { list } from './list.ts';
import type { Observation } from './steps/status.ts';

/**
 * Ready, Reconciling and Stalled, which belong together: a network is Ready, on
 * its way, or in need of a person, and kstatus reads the last two in this order.
 */
export function readiness(seen: Observation): ConditionInput[] {
  const { network, nodes, failure } = seen;
  const wanted = network.spec.nodes;
  if (failure) {
    const { reason, message, terminal } = failure;
    return verdict({ type: 'Ready', status: 'False', reason, message }, terminal);
  }
  const current = currentNodes(seen);
  if (current === wanted) {
    const message = wanted === 1 ? 'the node is ready' : `all ${wanted} nodes are ready`;
    return verdict({ type: 'Ready', status: 'True', reason: 'AllNodesReady', message }, false);
  }
  const count = `${current} of ${wanted} nodes are ready`;
  const failing = nodes.filter(({ problem }) => problem !== undefined);
  if (failing.length === 0) {
    const message = [count, ...missingPods(seen)].join('; ');
    return verdict({ type: 'Ready', status: 'False', reason: 'NodesNotReady', message }, false);
  }
  const problems = list(
    failing.map(({ pod, problem }) => `${pod}: ${problem!}`),
    '; ',
  );
  const message = `${count}; ${problems}`;
  return verdict({ type: 'Ready', status: 'False', reason: 'NodeFailing', message }, true);
}

/**
 * Nodes without a pod. Only events of the StatefulSet tell why, such as an
 * exceeded quota, and the controller may not read those.
 */
function missingPods({ network, statefulSet, nodes }: Observation): string[] {
  const missing = network.spec.nodes - nodes.length;
  if (missing <= 0 || !statefulSet) return [];
  return [
    `${missing} pods are not there yet: kubectl describe statefulset ${statefulSet.metadata.name}`,
  ];
}

/** Nodes of the plan that are ready and of the StatefulSet's newest revision. */
function currentNodes({ network, statefulSet, nodes }: Observation): number {
  const { metadata, status } = statefulSet ?? {};
  if (status?.observedGeneration !== metadata?.generation) return 0;
  return nodes.filter(
    ({ ordinal, ready, revision }) =>
      ready && ordinal < network.spec.nodes && revision === status?.updateRevision,
  ).length;
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
    const message = `${failures.length} ready nodes did not answer; ${failures[0].message}`;
    return { type, status: 'Unknown', reason: 'RpcUnreachable', message };
  }
  if (peers.down.length === 0 && peers.complete.size === network.spec.nodes) {
    return { type, status: 'True', reason: 'AllLinksUp', message: 'every planned link is up' };
  }
  const message =
    peers.down.length === 0
      ? `${peers.complete.size} of ${network.spec.nodes} nodes answer`
      : `${peers.down.length} planned links are down: ${list(peers.down, ', ')}`;
  return { type, status: 'False', reason: 'LinksDown', message };
}
