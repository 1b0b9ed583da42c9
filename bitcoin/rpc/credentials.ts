import { createHmac } from 'node:crypto';

/** A user name and password that bitcoind's RPC server accepts. */
export interface RpcCredentials {
  readonly user: string;
  readonly password: string;
}

/**
 * Credentials and the salt of their `rpcauth` line. A change of any of the three changes the line.
 */
export interface SaltedCredentials extends RpcCredentials {
  /** Any text without `$`; bitcoin's own rpcauth.py uses 16 random bytes in hexadecimal. */
  readonly salt: string;
}

/**
 * Returns the value of bitcoind's `rpcauth` option, which admits the credentials without containing
 * the password: `USER:SALT$HMAC`, where HMAC is HMAC-SHA256 in hexadecimal with the salt as key
 * (share/rpcauth/rpcauth.py of Bitcoin Core).
 */
export function rpcauth({ user, password, salt }: SaltedCredentials): string {
  const hmac = createHmac('sha256', salt).update(password).digest('hex');
  return `${user}:${salt}$${hmac}`;
}

/**
 * Derives the controller's credentials for one network, so that only the master key has to be
 * stored: the same key and identity always give the same credentials.
 *
 * @param masterKey random bytes, at least 32
 * @param identity distinguishes the network from every other: its uid
 */
export function deriveCredentials(masterKey: Uint8Array, identity: string): SaltedCredentials {
  const part = (purpose: string) =>
    createHmac('sha256', masterKey).update(`${purpose}\0${identity}`).digest('hex');
  return {
    user: `controller-${part('user').slice(0, 12)}`,
    password: part('password'),
    salt: part('salt').slice(0, 32),
  };
}
