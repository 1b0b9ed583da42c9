import { createHmac } from 'node:crypto';

/** A name and password that bitcoind's RPC server accepts. */
export interface RpcCredentials {
  readonly user: string;
  readonly password: string;
}

/** A login and the salt its `rpcauth` line is made with: all three stay the same, or the line changes. */
export interface SaltedCredentials extends RpcCredentials {
  /** Any text without `$`; bitcoin's own rpcauth.py uses 16 random bytes in hexadecimal. */
  readonly salt: string;
}

/**
 * The value of bitcoind's `rpcauth` option, which admits the login without
 * holding its password: `USER:SALT$HMAC`, where HMAC is HMAC-SHA256 in
 * hexadecimal with the salt as key (share/rpcauth/rpcauth.py of Bitcoin Core).
 */
export function rpcauth({ user, password, salt }: SaltedCredentials): string {
  const hmac = createHmac('sha256', salt).update(password).digest('hex');
  return `${user}:${salt}$${hmac}`;
}

/**
 * The controller's login for one network, derived so that nothing but the
 * master key has to be kept: the same key and identity always give the same.
 *
 * @param masterKey random bytes, at least 32
 * @param identity what tells this network from every other, its uid
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
