/** Returns the `host:port` of a port of a pod, with an IPv6 address in brackets. */
export function podAddress(ip: string, port: number): string {
  return `${ip.includes(':') ? `[${ip}]` : ip}:${port}`;
}
