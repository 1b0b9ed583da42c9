import type { NodeName } from '../../../bitcoin/plan/node-name.ts';
import type { Pod } from '../../cache/workloads.ts';
import { statefulSetOf, type Scope } from '../scope.ts';

/**
 * Returns the pods of a network's nodes by name, pods that are being deleted and nodes that left
 * the plan included. Only pods that the network's own StatefulSet controls count: anybody may
 * create a pod with the label, and nodes receive RPC credentials.
 */
export function podsOfNodes(
  scope: Pick<Scope, 'network' | 'key' | 'names' | 'cache'>,
): ReadonlyMap<NodeName, Pod> {
  const uid = statefulSetOf(scope)?.metadata.uid;
  return new Map(
    scope.cache.podsOf(scope.key).flatMap((pod) => {
      const node = scope.names.nodeOfPod(pod.metadata.name);
      const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller);
      return node === undefined || owner === undefined || owner.uid !== uid ? [] : [[node, pod]];
    }),
  );
}
