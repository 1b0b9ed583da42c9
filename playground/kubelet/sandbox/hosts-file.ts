import { open } from 'node:fs/promises';
import type { Pod } from '../pods/pod-types.ts';

/** A pod with an address. */
export interface HostsEntry {
  readonly pod: Pod;
  readonly ip: string;
}

const header = '# The pods of this namespace, kept current by the node.\n127.0.0.1\tlocalhost\n';
/** What the cluster's DNS would complete names with. */
const clusterDomain = 'cluster.local';

/**
 * The /etc/hosts of a pod: itself, and each pod of its namespace that has a host name and a
 * subdomain, as a headless Service with publishNotReadyAddresses would name it.
 *
 * @param own the pod that the file is for
 * @param all every pod of its namespace that has an address, itself included
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
 * Replaces a file's content without replacing the file, which pods have mounted. It is never
 * empty in between.
 *
 * @throws Error when there is no such file
 */
export async function rewriteInPlace(path: string, content: string): Promise<void> {
  const bytes = Buffer.from(content);
  const file = await open(path, 'r+');
  try {
    await file.write(bytes, 0, bytes.length, 0);
    await file.truncate(bytes.length);
  } finally {
    await file.close();
  }
}
