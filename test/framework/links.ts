/** The fields of an entry of getpeerinfo that the tests read. */
export interface PeerInfo {
  readonly addr: string;
  readonly inbound: boolean;
  /** The protocol version of the peer; 0 until the handshake is complete. */
  readonly version: number;
}

/**
 * Returns the links that the node of a pod opened, each as the sorted names of its two pods: `a b`.
 *
 * @param peers the result of its getpeerinfo
 */
export function outboundLinks(pod: string, peers: readonly PeerInfo[]): string[] {
  return peers
    .filter(({ inbound, version }) => !inbound && version > 0)
    .map(({ addr }) => linkOf(pod, addr.split('.', 1)[0]!));
}

/** Returns a link between every two of the pods. */
export function linksOfAllPairs(pods: readonly string[]): string[] {
  return pods.flatMap((a, index) => pods.slice(index + 1).map((b) => linkOf(a, b)));
}

function linkOf(a: string, b: string): string {
  return [a, b].sort().join(' ');
}
