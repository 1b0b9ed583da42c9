import type { Chain } from '../../bitcoin/chain.ts';
import { defaultGroup, parseNodeName, type NodeName } from '../../bitcoin/plan/node-name.ts';

/** The names of a network's objects, all derived from the network's name. */
export interface NetworkNames {
  /** The ConfigMap. */
  readonly configMap: string;
  /** The headless Service. */
  readonly service: string;
  /** Returns the StatefulSet of a group. @default the default group */
  statefulSet(group?: string): string;
  /** Returns the pod of a node. */
  pod(node: NodeName): string;
  /** Returns the node of a pod name, even a node that left the plan; undefined for other pods. */
  nodeOfPod(pod: string): NodeName | undefined;
  /** Returns the DNS name of a node's pod, which the cluster's search domain completes. */
  dnsName(node: NodeName): string;
  /** Returns the `host:port` of a node by DNS name, as in addnode lists. */
  peerAddress(node: NodeName): string;
  /** Returns the node of such an address, even a node that left the plan; undefined for others. */
  nodeOfPeerAddress(address: string): NodeName | undefined;
}

/**
 * Returns the names of a network's objects.
 *
 * @param network metadata.name of the BitcoinNetwork
 */
export function networkNames(network: string, chain: Pick<Chain, 'p2pPort'>): NetworkNames {
  const sts = `${network}-sts`;
  const service = `${network}-svc`;
  const pod = (node: NodeName) => `${sts}-${node}`;
  const dnsName = (node: NodeName) => `${pod(node)}.${service}`;
  const addressSuffix = `.${service}:${chain.p2pPort}`;
  const nodeOfPod = (name: string) => {
    const node = name.slice(sts.length + 1);
    return name.startsWith(`${sts}-`) && parseNodeName(node) ? (node as NodeName) : undefined;
  };
  return {
    configMap: `${network}-config`,
    service,
    statefulSet: (group = defaultGroup) => (group === defaultGroup ? sts : `${sts}-${group}`),
    pod,
    nodeOfPod,
    dnsName,
    peerAddress: (node) => `${dnsName(node)}:${chain.p2pPort}`,
    nodeOfPeerAddress: (address) =>
      address.endsWith(addressSuffix)
        ? nodeOfPod(address.slice(0, -addressSuffix.length))
        : undefined,
  };
}
