import type { PeerAddresses } from '../../../bitcoin/peers/peer-changes.ts';
import type { NodeState } from '../nodes/observe.ts';
import { podAddress } from '../nodes/pod-address.ts';
import type { Scope } from '../scope.ts';

/** Returns the addresses of a network's nodes, by DNS name and by the IP address of their pods. */
export function peerAddresses(
  { names, plan }: Pick<Scope, 'names' | 'plan'>,
  nodes: readonly Pick<NodeState, 'name' | 'ip'>[],
): PeerAddresses {
  const byNode = new Map(
    nodes.flatMap(({ name, ip }) =>
      ip === undefined ? [] : [[name, podAddress(ip, plan.chain.p2pPort)]],
    ),
  );
  const byAddress = new Map([...byNode].map(([name, address]) => [address, name]));
  return {
    byName: (node) => names.peerAddress(node),
    toDial: (node) => byNode.get(node) ?? names.peerAddress(node),
    nodeOfName: (address) => names.nodeOfPeerAddress(address),
    nodeOf: (address) => byAddress.get(address) ?? names.nodeOfPeerAddress(address),
  };
}
