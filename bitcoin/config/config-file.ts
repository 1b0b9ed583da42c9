import { rpcPort, type Chain } from '../chain.ts';
import { controllerMethods } from '../rpc/methods.ts';
import { rpcauth, type SaltedCredentials } from '../rpc/credentials.ts';

/** Options of bitcoin.conf by name, without the leading `-`. */
export type ConfigOptions = Readonly<Record<string, string | number>>;

/** Where a node keeps blocks, wallets and the RPC cookie. */
export const dataDirectory = '/data';

/** Separates our options from the user's, which the start script checks against `bitcoind -help-debug`. */
export const userOptionsMarker = '# spec.config';

/** Size of bitcoind's UTXO cache in MiB. With the 66 MB it needs on regtest it fits the default memory request of 128 MiB. */
const dbcache = 32;

/**
 * Options that count anywhere in the file. They are complete from the first
 * release, because a line added later restarts every node
 * (docs/adr/0004-complete-bitcoin-conf.md has the reason for each).
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

/** Options that bitcoind accepts only in the chain's own section; `connect=0` keeps it from choosing peers itself. */
const sectionLines = ['connect=0', `rpcport=${rpcPort}`, 'rpcallowip=0.0.0.0/0', 'rpcallowip=::/0'];

/** What bitcoin.conf is made of. */
export interface ConfigFileProps {
  readonly chain: Chain;
  /**
   * Options of the user. One of ours that is not owned is replaced; the rest
   * follow in the chain's section, sorted by name.
   * @default none
   */
  readonly options?: ConfigOptions | undefined;
  /**
   * A login for a controller, limited to {@link controllerMethods}.
   * @default none: only the cookie, and the login a start script appends, are accepted
   */
  readonly credentials?: SaltedCredentials | undefined;
}

/**
 * The part of bitcoin.conf that all nodes of a network share. It ends inside
 * the chain's section, so that a node's start script can append its own binds,
 * login and addnode lines.
 */
export function renderConfigFile({ chain, options = {}, credentials }: ConfigFileProps): string {
  const replaced = (name: string) =>
    (Object.hasOwn(options, name) ? options[name] : commonOptions[name])!;
  const added = Object.keys(options)
    .filter((name) => !Object.hasOwn(commonOptions, name))
    .sort();
  return [
    ...Object.keys(commonOptions).map((name) => `${name}=${replaced(name)}`),
    `${chain.name}=1`,
    '',
    `[${chain.name}]`,
    ...sectionLines,
    ...(credentials ? loginLines(credentials) : []),
    userOptionsMarker,
    ...added.map((name) => `${name}=${options[name]!}`),
    '',
  ].join('\n');
}

function loginLines(login: SaltedCredentials): string[] {
  return [`rpcauth=${rpcauth(login)}`, `rpcwhitelist=${login.user}:${controllerMethods.join(',')}`];
}
