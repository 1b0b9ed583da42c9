import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, resolve } from 'node:path';
import { environmentProxy } from './environment-proxy.ts';

const serviceAccount = '/var/run/secrets/kubernetes.io/serviceaccount';

/** An API server's address and how to verify it. */
export interface Cluster {
  /** Base URL. */
  readonly server: string;
  readonly caFile?: string | undefined;
  /** PEM in Base64; `caFile` has precedence. */
  readonly caData?: string | undefined;
  /** Expected name in the server's certificate. @default the host of `server` */
  readonly tlsServerName?: string | undefined;
  /** Whether to accept any certificate, or none (http). @default false */
  readonly skipTlsVerify?: boolean | undefined;
  /** URL of an HTTP(S) or SOCKS5 proxy. @default a direct connection */
  readonly proxyUrl?: string | undefined;
}

/** Client credentials. Files are read again as they rotate; they have precedence over data. */
export interface User {
  readonly certFile?: string | undefined;
  /** PEM in Base64. */
  readonly certData?: string | undefined;
  readonly keyFile?: string | undefined;
  /** PEM in Base64. */
  readonly keyData?: string | undefined;
  readonly tokenFile?: string | undefined;
  readonly token?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** The user to impersonate. */
  readonly impersonate?:
    | {
        readonly user: string;
        readonly uid?: string | undefined;
        readonly groups?: readonly string[] | undefined;
      }
    | undefined;
  /** `exec` of a kubeconfig: a program that issues credentials. */
  readonly exec?: object | undefined;
  /** `auth-provider` of a kubeconfig, such as `oidc`. */
  readonly authProvider?: object | undefined;
}

/** The current context of a kubeconfig. */
export interface KubeConfig {
  readonly cluster: Cluster;
  readonly user: User;
}

/** The options of {@link loadKubeConfig}. */
export interface LoadKubeConfigOptions {
  /** Value of a `--kubeconfig` flag; it has precedence. */
  readonly flag?: string | undefined;
  /**
   * Environment with `KUBECONFIG` (the first of several files that has an entry counts) and, next
   * in precedence, `KUBERNETES_SERVICE_HOST`; and with `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`,
   * for a cluster without a proxy of its own.
   *
   * @default process.env
   */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Loads the configuration from the flag, `KUBECONFIG` or the pod's ServiceAccount, in this order.
 * It never reads `~/.kube/config`, so that a controller does not run against it by accident.
 *
 * @throws Error that names the file that cannot be used, or the ways to configure a cluster
 */
export function loadKubeConfig(options: LoadKubeConfigOptions = {}): KubeConfig {
  const { env = process.env } = options;
  const { cluster, user } = loadConfigured(options.flag, env);
  const proxyUrl = cluster.proxyUrl ?? environmentProxy(cluster.server, env);
  return { cluster: { ...cluster, proxyUrl }, user };
}

function loadConfigured(
  flag: string | undefined,
  env: NonNullable<LoadKubeConfigOptions['env']>,
): KubeConfig {
  if (flag) return loadFiles([flag], '--kubeconfig');
  const files = (env.KUBECONFIG ?? '').split(delimiter).filter((file) => file !== '');
  if (files.length > 0) return loadFiles(files, 'KUBECONFIG');
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = env;
  if (host) {
    const tokenFile = `${serviceAccount}/token`;
    if (!existsSync(tokenFile)) {
      throw new Error(
        `this pod has no ServiceAccount token at ${tokenFile}: set automountServiceAccountToken to true`,
      );
    }
    const server = `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
    return { cluster: { server, caFile: `${serviceAccount}/ca.crt` }, user: { tokenFile } };
  }
  throw new Error('no cluster configured: pass --kubeconfig FILE, set KUBECONFIG, or run in a pod');
}

type Entry = Readonly<Record<string, unknown>>;

/** A kubeconfig file. All entries are optional. */
interface KubeConfigFile {
  readonly 'current-context'?: string;
  readonly contexts?: readonly { name: string; context?: { cluster?: string; user?: string } }[];
  readonly clusters?: readonly { name: string; cluster?: Entry }[];
  readonly users?: readonly { name: string; user?: Entry }[];
}

function loadFiles(files: readonly string[], origin: string): KubeConfig {
  const read = files.map((file) => {
    try {
      return { file, content: parseYaml(readFileSync(file, 'utf8')) };
    } catch (cause) {
      const detail = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`${origin}: ${file} cannot be used: ${detail}`, { cause });
    }
  });
  const named = read.find(({ content }) => content['current-context']);
  const contextName = named?.content['current-context'];
  const contexts = read.flatMap(({ content }) => content.contexts ?? []);
  const context = contexts.find(({ name }) => name === contextName)?.context;
  const cluster = read
    .flatMap(({ file, content }) => content.clusters?.map((entry) => ({ ...entry, file })) ?? [])
    .find(({ name }) => name === context?.cluster);
  const user = read
    .flatMap(({ file, content }) => content.users?.map((entry) => ({ ...entry, file })) ?? [])
    .find(({ name }) => name === context?.user);
  if (!cluster?.cluster?.server) {
    throw new Error(
      `${origin}: ${files.join(delimiter)}: current-context must name a context with a cluster`,
    );
  }
  return {
    cluster: toCluster(cluster.cluster, dirname(cluster.file)),
    user: user?.user ? toUser(user.user, dirname(user.file)) : {},
  };
}

function toCluster(entry: Entry, folder: string): Cluster {
  return {
    server: String(entry.server),
    caFile: pathOf(entry['certificate-authority'], folder),
    caData: textOf(entry['certificate-authority-data']),
    tlsServerName: textOf(entry['tls-server-name']),
    skipTlsVerify: entry['insecure-skip-tls-verify'] === true,
    proxyUrl: textOf(entry['proxy-url']),
  };
}

function toUser(entry: Entry, folder: string): User {
  const user = textOf(entry.as);
  const uid = textOf(entry['as-uid']);
  const groups = entry['as-groups'] as readonly string[] | undefined;
  return {
    certFile: pathOf(entry['client-certificate'], folder),
    certData: textOf(entry['client-certificate-data']),
    keyFile: pathOf(entry['client-key'], folder),
    keyData: textOf(entry['client-key-data']),
    tokenFile: pathOf(entry.tokenFile, folder),
    token: textOf(entry.token),
    username: textOf(entry.username),
    password: textOf(entry.password),
    impersonate: user === undefined ? undefined : { user, uid, groups },
    exec: entry.exec as object | undefined,
    authProvider: entry['auth-provider'] as object | undefined,
  };
}

/** Loads the parser on demand, because it uses 3 MB and a controller in a pod does not need it. */
function parseYaml(text: string): KubeConfigFile {
  const { parse } = createRequire(import.meta.url)('yaml') as typeof import('yaml');
  return (parse(text) ?? {}) as KubeConfigFile;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function pathOf(value: unknown, folder: string): string | undefined {
  const path = textOf(value);
  return path === undefined ? undefined : resolve(folder, path);
}
