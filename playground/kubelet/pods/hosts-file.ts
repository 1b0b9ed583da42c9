import { open } from 'node:fs/promises';
import type { Pod } from '../api/pod.ts';

/** A pod with an address. */
export interface HostsEntry {
  readonly pod: Pod;
  readonly ip: string;
}

const header = '# The pods of this namespace. Managed by the playground.\n127.0.0.1\tlocalhost\n';
/** The default DNS domain of a cluster. */
const clusterDomain = 'cluster.local';

/**
 * The /etc/hosts of a pod. It lists the pod itself and every pod of its namespace with a subdomain,
 * under the names that a headless Service with publishNotReadyAddresses gives them.
 *
 * @param own the pod that the file is for
 * @param all all pods of its namespace with an address, including `own`
 */
export function hostsFile(own: HostsEntry, all: readonly HostsEntry[]): string {
  const lines = all
    .flatMap(({ pod, ip }) => {
      const names = serviceNames(pod);
      return names.length === 0 ? [] : [`${ip}\t${names.join(' ')}\n`];
    })
    .sort();
  const self = `${own.ip}\t${own.pod.spec.hostname ?? own.pod.metadata.name}\n`;
  return header + self + lines.join('');
}

function serviceNames({ metadata, spec }: Pod): string[] {
  if (!spec.subdomain) return [];
  const name = `${spec.hostname ?? metadata.name}.${spec.subdomain}`;
  const inNamespace = `${name}.${metadata.namespace}`;
  return [`${inNamespace}.svc.${clusterDomain}`, `${inNamespace}.svc`, inNamespace, name];
}

/**
 * Replaces a file's content but not the file itself, because containers mount it. The file is never
 * empty in between.
 *
 * @throws Error if the file does not exist
 */
export async function overwrite(path: string, content: string): Promise<void> {
  const bytes = Buffer.from(content);
  const file = await open(path, 'r+');
  try {
    await file.write(bytes, 0, bytes.length, 0);
    await file.truncate(bytes.length);
  } finally {
    await file.close();
  }
}
