import { isIPv6 } from 'node:net';

/** The host and the port of a peer. */
export interface PeerAddress {
  /** A DNS name in lower case without a final dot, or an IP address without brackets. */
  readonly host: string;
  readonly port: number;
}

/**
 * Parses the address of a peer as getpeerinfo and getaddednodeinfo report it. bitcoind reports it
 * as the user wrote it: with or without a port, in any spelling.
 *
 * @param defaultPort the port of an address without one
 */
export function parsePeerAddress(text: string, defaultPort: number): PeerAddress {
  if (isIPv6(text)) return { host: canonicalIp(text), port: defaultPort };
  const [, bracketed, host = '', port] = /^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(text) ?? [];
  return {
    host: canonicalIp((bracketed ?? host).toLowerCase().replace(/\.$/, '')),
    port: port === undefined ? defaultPort : Number(port),
  };
}

/** Shortens an IPv6 address, and reads an IPv4 address that is mapped to IPv6. */
function canonicalIp(host: string): string {
  if (!isIPv6(host)) return host;
  const canonical = new URL(`http://[${host}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(canonical);
  if (!mapped) return canonical;
  const words = mapped.slice(1).map((word) => Number.parseInt(word, 16));
  return words.flatMap((word) => [word >> 8, word & 255]).join('.');
}
