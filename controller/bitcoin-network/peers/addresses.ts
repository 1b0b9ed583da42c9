import { parsePeerAddress } from '../../../bitcoin/peers/peer-address.ts';
import type { PeerAddresses } from '../../../bitcoin/peers/peer-changes.ts';
import type { NodeName } from '../../../bitcoin/plan/node-name.ts';
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
  const { p2pPort } = plan.chain;
  const ips = new Map(
    [...podsOfNodes(scope)].flatMap(([node, { status }]) =>
      status?.podIP === undefined ? [] : [[node, status.podIP]],
    ),
  );
  const byIp = new Map([...ips].map(([node, ip]) => [parsePeerAddress(ip, p2pPort).host, node]));
  return {
    byName: (node) => names.peerAddress(node),
    toDial: (node) => {
      const ip = ips.get(node);
      return ip === undefined ? names.peerAddress(node) : podAddress(ip, p2pPort);
    },
    nodeOf: (address) => {
      const { host, port } = parsePeerAddress(address, p2pPort);
      return port === p2pPort ? (byIp.get(host) ?? nodeOfHost(scope, host)) : undefined;
    },
  };
}

/** Returns the node of a DNS name, from `POD.SERVICE` to the name with the cluster's domain. */
function nodeOfHost(
  { names, plan, network }: Pick<Scope, 'names' | 'plan' | 'network'>,
  host: string,
): NodeName | undefined {
  const [pod, service, namespace = network.metadata.namespace, type = 'svc'] = host.split('.');
  if (namespace !== network.metadata.namespace || type !== 'svc') return undefined;
  return names.nodeOfPeerAddress(`${pod!}.${service ?? ''}:${plan.chain.p2pPort}`);
}

/**
 * Returns for each node a text that changes when its pod is replaced or gets another IP address.
 */
export function podIdentities(
  scope: Pick<Scope, 'network' | 'key' | 'names' | 'cache'>,
): ReadonlyMap<NodeName, string> {
  return new Map(
    [...podsOfNodes(scope)].map(([node, { metadata, status }]) => [
      node,
      `${metadata.uid} ${status?.podIP}`,
    ]),
  );
}
