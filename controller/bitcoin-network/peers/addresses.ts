import type { PeerAddresses } from '../../../bitcoin/peers/peer-changes.ts';
import { podAddress } from '../nodes/pod-address.ts';
import { podsOfNodes } from '../nodes/pods.ts';
import type { Scope } from '../scope.ts';

/**
 * Returns the addresses of a network's nodes, by DNS name and by the IP address of their pods. Pods
 * that are being deleted count: links to them are cut once they left the plan.
 */
export function peerAddresses(
  scope: Pick<Scope, 'network' | 'key' | 'names' | 'plan' | 'cache'>,
): PeerAddresses {
  const { names, plan } = scope;
  const byNode = new Map(
    [...podsOfNodes(scope)].flatMap(([node, { status }]) =>
      status?.podIP === undefined ? [] : [[node, podAddress(status.podIP, plan.chain.p2pPort)]],
    ),
  );
  const byAddress = new Map([...byNode].map(([node, address]) => [address, node]));
  return {
    byName: (node) => names.peerAddress(node),
    toDial: (node) => byNode.get(node) ?? names.peerAddress(node),
    nodeOfName: (address) => names.nodeOfPeerAddress(address),
    nodeOf: (address) => byAddress.get(address) ?? names.nodeOfPeerAddress(address),
  };
}
