import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, resolve } from 'node:path';

const serviceAccount = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Where an API server is, and how to know that it is the one. */
export interface Cluster {
  /** Base URL. */
  readonly server: string;
  readonly caFile?: string | undefined;
  /** PEM in Base64; `caFile` wins. */
  readonly caData?: string | undefined;
  /** Name in the server's certificate. @default the host of `server` */
  readonly tlsServerName?: string | undefined;
  /** Whether any certificate will do, or none at all (http). @default false */
  readonly skipTlsVerify?: boolean | undefined;
  /** An HTTP(S) or SOCKS5 proxy. */
  readonly proxyUrl?: string | undefined;
}

/** How to prove who one is. Files are read anew as they rotate; they win over data. */
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
  /** Whom to act as. */
  readonly impersonate?:
    | {
        readonly user: string;
        readonly uid?: string | undefined;
        readonly groups?: readonly string[] | undefined;
      }
    | undefined;
  /** A kubeconfig's `exec`: a program that gives credentials. */
  readonly exec?: object | undefined;
  /** A kubeconfig's `auth-provider`, such as `oidc`. */
  readonly authProvider?: object | undefined;
}

/** The current context of a kubeconfig. */
export interface KubeConfig {
  readonly cluster: Cluster;
  readonly user: User;
}

/** Where to look for the way to the cluster. */
export interface LoadKubeConfigOptions {
  /** Value of a `--kubeconfig` flag; it wins over all else. */
  readonly flag?: string | undefined;
  /**
   * `KUBECONFIG` (of several files the first that has an entry counts) comes second,
   * `KUBERNETES_SERVICE_HOST` third.
   *
   * @default process.env
   */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Finds the cluster as controllers do: flag, `KUBECONFIG`, then the pod's ServiceAccount. A
 * developer's `~/.kube/config` is left alone: a controller must not run against it by accident.
 *
 * @throws Error that names the file which cannot be used, or the ways to name one
 */
export function loadKubeConfig(options: LoadKubeConfigOptions = {}): KubeConfig {
  const { flag, env = process.env } = options;
  if (flag) return loadFiles([flag], '--kubeconfig');
  const files = (env.KUBECONFIG ?? '').split(delimiter).filter((file) => file !== '');
  if (files.length > 0) return loadFiles(files, 'KUBECONFIG');
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = env;
  if (host) {
    const tokenFile = `${serviceAccount}/token`;
    if (!existsSync(tokenFile)) {
      throw new Error(`this pod has no ServiceAccount token at ${tokenFile}`);
    }
    const server = `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
    return { cluster: { server, caFile: `${serviceAccount}/ca.crt` }, user: { tokenFile } };
  }
  throw new Error('no cluster to talk to: pass --kubeconfig FILE, set KUBECONFIG, or run in a pod');
}

type Entry = Readonly<Record<string, unknown>>;

/** A kubeconfig file, in which each entry may be absent. */
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
    throw new Error(`${origin}: ${files.join(delimiter)}: current-context names no cluster`);
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

/** Loaded when there is a file to parse: a pod needs none, and saves 3 MB. */
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
