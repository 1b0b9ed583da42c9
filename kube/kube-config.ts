import { existsSync } from 'node:fs';
import { delimiter } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';

const SERVICE_ACCOUNT_TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** Where to look for the way to the cluster. */
export interface LoadKubeConfigOptions {
  /** Value of a `--kubeconfig` flag; it wins over all else. */
  readonly flag?: string | undefined;
  /**
   * `KUBECONFIG` (several files are merged) comes second, `KUBERNETES_SERVICE_HOST` third.
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
  if (env.KUBERNETES_SERVICE_HOST) {
    if (!existsSync(SERVICE_ACCOUNT_TOKEN)) {
      throw new Error(`this pod has no ServiceAccount token at ${SERVICE_ACCOUNT_TOKEN}`);
    }
    const kubeConfig = new KubeConfig();
    kubeConfig.loadFromCluster();
    return kubeConfig;
  }
  throw new Error('no cluster to talk to: pass --kubeconfig FILE, set KUBECONFIG, or run in a pod');
}

function loadFiles(files: readonly string[], origin: string): KubeConfig {
  const merged = new KubeConfig();
  for (const [index, file] of files.entries()) {
    try {
      const kubeConfig = new KubeConfig();
      kubeConfig.loadFromFile(file);
      merged.mergeConfig(kubeConfig, index > 0);
    } catch (cause) {
      const detail = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`${origin}: ${file} cannot be used: ${detail}`, { cause });
    }
  }
  if (!merged.getCurrentCluster()) {
    throw new Error(`${origin}: ${files.join(delimiter)}: current-context names no cluster`);
  }
  return merged;
}
