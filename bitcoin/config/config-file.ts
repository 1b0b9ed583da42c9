import { rpcPort, type Chain } from '../chain.ts';
import { controllerMethods, type ControllerMethod } from '../rpc/whitelist.ts';
import { rpcauth, type SaltedCredentials } from '../rpc/credentials.ts';

/** Options of bitcoin.conf by name, without the leading `-`. */
export type ConfigOptions = Readonly<Record<string, string | number>>;

/** Options of bitcoin.conf that have several values, by name. */
export type ConfigLists = Readonly<Record<string, readonly (string | number)[]>>;

/** Directory of a node's blocks, wallets and RPC cookie. */
export const dataDirectory = '/data';

/**
 * Line that separates our options from the user's. The start script checks the latter against
 * `bitcoind -help-debug`.
 */
export const userOptionsMarker = '# spec.config';

/**
 * Size of bitcoind's UTXO cache in MiB. With the 66 MB that bitcoind needs on regtest, it fits the
 * default memory request of 128 MiB.
 */
const dbcache = 32;

/**
 * Options outside the chain's section. The list is complete from the first release, because an
 * added line restarts every node (docs/adr/0004-complete-bitcoin-conf.md has the reason for each).
 */
const commonOptions: ConfigOptions = {
  server: 1,
  listen: 1,
  dnsseed: 0,
  fixedseeds: 0,
  natpmp: 0,
  maxtipage: 315360000,
  fallbackfee: '0.0001',
  dbcache,
  rpcwhitelistdefault: 0,
  printtoconsole: 1,
  nodebuglogfile: 1,
  datadir: dataDirectory,
};

/**
 * Options that bitcoind accepts only in the chain's section. With `connect=0` it does not choose
 * peers itself.
 */
const sectionLines = ['connect=0', `rpcport=${rpcPort}`, 'rpcallowip=0.0.0.0/0', 'rpcallowip=::/0'];

/** The inputs of {@link renderConfigFile}. */
export interface ConfigFileOptions {
  readonly chain: Chain;
  /**
   * The user's options. An option that the network also sets replaces the network's line; the
   * others follow in the chain's section, sorted by name.
   *
   * @default none
   */
  readonly options?: ConfigOptions | undefined;
  /**
   * Options of the user that have several values; each value is a line.
   *
   * @default none
   */
  readonly lists?: ConfigLists | undefined;
  /**
   * RPC credentials of a controller, limited to `methods`.
   *
   * @default none: only the cookie, and credentials that a start script appends, are accepted
   */
  readonly credentials?: SaltedCredentials | undefined;
  /**
   * Methods on the whitelist of `credentials`.
   *
   * @default every method that the controller may call
   */
  readonly methods?: readonly ControllerMethod[];
}

/**
 * Renders the part of bitcoin.conf that all nodes of a network share. It ends inside the chain's
 * section, so that the start script of a node can append its binds, credentials and addnode lines.
 */
export function renderConfigFile(input: ConfigFileOptions): string {
  const { chain, options = {}, lists = {}, credentials, methods = controllerMethods } = input;
  const replaced = (name: string) =>
    (Object.hasOwn(options, name) ? options[name] : commonOptions[name])!;
  const added = Object.entries(options)
    .filter(([name]) => !Object.hasOwn(commonOptions, name))
    .map(([name, value]): [string, ConfigLists[string]] => [name, [value]])
    .concat(Object.entries(lists))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    ...Object.keys(commonOptions).map((name) => `${name}=${replaced(name)}`),
    `${chain.name}=1`,
    '',
    `[${chain.name}]`,
    ...sectionLines,
    ...(credentials
      ? [`rpcauth=${rpcauth(credentials)}`, `rpcwhitelist=${credentials.user}:${methods.join(',')}`]
      : []),
    userOptionsMarker,
    ...added.flatMap(([name, values]) => values.map((value) => `${name}=${value}`)),
    '',
  ].join('\n');
}
