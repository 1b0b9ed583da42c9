import { BlockList, isIP, isIPv6 } from 'node:net';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Returns the URL of the proxy that the environment names for a server, by the rules of Go's
 * `http.ProxyFromEnvironment`, which client-go applies: HTTPS_PROXY for https, HTTP_PROXY for http,
 * unless NO_PROXY excludes the server; the names in lower case count too. `localhost` and loopback
 * addresses never use a proxy.
 *
 * @param server base URL of the server
 * @returns undefined for a direct connection
 */
export function environmentProxy(server: string, env: Environment): string | undefined {
  const { protocol, hostname, port } = new URL(server);
  const proxy =
    protocol === 'https:'
      ? variable(env, 'HTTPS_PROXY')
      : // In a CGI program, HTTP_PROXY is a header of the client.
        env.REQUEST_METHOD
        ? undefined
        : variable(env, 'HTTP_PROXY');
  const url = proxy === undefined ? undefined : parseProxy(proxy);
  if (url === undefined) return undefined;
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (host === 'localhost' || contains(loopback, host)) return undefined;
  const address = { host, port: port || (protocol === 'https:' ? '443' : '80') };
  const excluded = (variable(env, 'NO_PROXY') ?? '').split(',');
  return excluded.some((entry) => matches(entry.trim().toLowerCase(), address)) ? undefined : url;
}

interface Address {
  /** A name in lower case, or an IP address without brackets. */
  readonly host: string;
  readonly port: string;
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

function variable(env: Environment, name: string): string | undefined {
  return [env[name], env[name.toLowerCase()]].find((value) => value !== undefined && value !== '');
}

/** A URL without a supported scheme, such as `proxy:3128`, is that of an HTTP proxy. */
function parseProxy(text: string): string | undefined {
  const isUrl = /^(https?|socks5h?):\/\//i.test(text);
  const url = isUrl ? text : `http://${text}`;
  // undici resolves names by the SOCKS proxy, as socks5h asks for and Go always does.
  return URL.canParse(url) ? url.replace(/^socks5h:/i, 'socks5:') : undefined;
}

/**
 * Whether an entry of NO_PROXY matches: `*`, a CIDR, an IP address or a domain, the last two with
 * an optional port. `example.com` and `*.example.com` include subdomains; `.example.com` and
 * `*.example.com` exclude the domain itself.
 */
function matches(entry: string, { host, port }: Address): boolean {
  if (entry === '*') return true;
  const [, network, bits] = /^([^/]+)\/(\d+)$/.exec(entry) ?? [];
  if (network !== undefined && isIP(network)) return inSubnet(host, network, Number(bits));
  const [, bracketed, name = '', onlyPort] = /^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(entry) ?? [
    undefined,
    undefined,
    entry,
  ];
  if (onlyPort !== undefined && onlyPort !== port) return false;
  const excluded = bracketed ?? name;
  if (isIP(excluded)) return inSubnet(host, excluded, isIPv6(excluded) ? 128 : 32);
  if (excluded === '' || isIP(host)) return false;
  const suffix = excluded.replace(/^\*?\./, '.');
  return suffix.startsWith('.')
    ? host.endsWith(suffix)
    : host === suffix || host.endsWith(`.${suffix}`);
}

function inSubnet(host: string, network: string, bits: number): boolean {
  const isV6 = isIPv6(network);
  if (bits > (isV6 ? 128 : 32)) return false;
  const subnet = new BlockList();
  subnet.addSubnet(network, bits, isV6 ? 'ipv6' : 'ipv4');
  return contains(subnet, host);
}

function contains(addresses: BlockList, host: string): boolean {
  return isIP(host) !== 0 && addresses.check(host, isIPv6(host) ? 'ipv6' : 'ipv4');
}
