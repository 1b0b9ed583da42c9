import type { Pod } from './pod.ts';

/** The fields of an entry of getpeerinfo that the tests read. */
export interface PeerInfo {
  readonly addr: string;
  readonly inbound: boolean;
  /** The protocol version of the peer; 0 until the handshake is complete. */
  readonly version: number;
}

/**
 * Returns the links that the node of a pod opened, each as the sorted names of its two pods: `a b`.
 * A node dials its peers by DNS name or by the IP address of their pods.
 *
 * @param peers the result of its getpeerinfo
 * @param pods the pods of the network
 */
export function outboundLinks(
  pod: string,
  peers: readonly PeerInfo[],
  pods: readonly Pod[],
): string[] {
  const names = new Map(pods.map(({ metadata, status }) => [status?.podIP, metadata.name]));
  return peers
    .filter(({ inbound, version }) => !inbound && version > 0)
    .map(({ addr }) => {
      const host = addr.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
      return linkOf(pod, names.get(host) ?? host.split('.', 1)[0]!);
    });
}

/** Returns a link between every two of the pods. */
export function linksOfAllPairs(pods: readonly string[]): string[] {
  return pods.flatMap((a, index) => pods.slice(index + 1).map((b) => linkOf(a, b)));
}

function linkOf(a: string, b: string): string {
  return [a, b].sort().join(' ');
}
