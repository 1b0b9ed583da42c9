import { readFile } from 'node:fs/promises';
import type { RequestOptions } from 'node:https';
import type { Cluster, KubeConfig, User } from './kube-config.ts';

/** Headers and TLS options that authenticate a request and verify the server. */
export interface Credentials {
  /** Header names are in lower case. */
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly tls: TlsOptions;
}

export type TlsOptions = Pick<
  RequestOptions,
  'ca' | 'cert' | 'key' | 'pfx' | 'passphrase' | 'rejectUnauthorized' | 'servername'
>;

/** Reads the credentials on every call. @throws Error if a file or plugin cannot be read */
export type CredentialSource = () => Promise<Credentials>;

/**
 * Returns the source of a KubeConfig's credentials. It reads certificates, tokens and passwords
 * itself. For an exec plugin or an auth-provider it loads `@kubernetes/client-node` on demand,
 * because that uses 60 MB and a controller in a pod needs neither.
 */
export function credentialsOf({ cluster, user }: KubeConfig): CredentialSource {
  let plugin: Promise<CredentialSource> | undefined;
  return async () => {
    const [tls, token] = await Promise.all([readTls(cluster, user), readToken(user)]);
    const headers: Record<string, string | string[]> = { ...impersonation(user) };
    if (user.username !== undefined) {
      const userPass = `${user.username}:${user.password ?? ''}`;
      headers.authorization = `Basic ${Buffer.from(userPass).toString('base64')}`;
    }
    if (token !== undefined) headers.authorization = `Bearer ${token}`;
    if (!user.exec && !user.authProvider) return { headers, tls };
    const readPlugin = await (plugin ??= loadPlugin(cluster, user));
    const issued = await readPlugin();
    return { headers: { ...headers, ...issued.headers }, tls: { ...tls, ...issued.tls } };
  };
}

async function loadPlugin({ server }: Cluster, user: User): Promise<CredentialSource> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromClusterAndUser(
    { name: 'cluster', server, skipTLSVerify: true },
    { name: 'user', exec: user.exec, authProvider: user.authProvider },
  );
  return async () => {
    const options: RequestOptions = { headers: {} };
    await kubeConfig.applyToHTTPSOptions(options);
    const { cert, key, pfx, passphrase } = options;
    const headers = Object.fromEntries(
      Object.entries(options.headers ?? {}).map(([name, value]) => [
        name.toLowerCase(),
        String(value).trim(),
      ]),
    );
    return { headers, tls: defined({ cert, key, pfx, passphrase }) };
  };
}

async function readTls(cluster: Cluster, user: User): Promise<TlsOptions> {
  const [ca, cert, key] = await Promise.all([
    readPem(cluster.caFile, cluster.caData),
    readPem(user.certFile, user.certData),
    readPem(user.keyFile, user.keyData),
  ]);
  const rejectUnauthorized = cluster.skipTlsVerify ? false : undefined;
  return defined({ ca, cert, key, rejectUnauthorized, servername: cluster.tlsServerName });
}

async function readPem(file?: string, data?: string): Promise<string | undefined> {
  if (file !== undefined) return readFile(file, 'utf8');
  return data === undefined ? undefined : Buffer.from(data, 'base64').toString();
}

async function readToken({ tokenFile, token }: User): Promise<string | undefined> {
  return tokenFile === undefined ? token : (await readFile(tokenFile, 'utf8')).trim();
}

function impersonation({ impersonate }: User): Record<string, string | string[]> {
  if (impersonate === undefined) return {};
  const { user, uid, groups } = impersonate;
  return {
    'impersonate-user': user,
    ...(uid !== undefined && { 'impersonate-uid': uid }),
    ...(groups && groups.length > 0 && { 'impersonate-group': [...groups] }),
  };
}

/** Removes undefined options, which node:tls would treat as values. */
function defined<T extends object>(options: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}
