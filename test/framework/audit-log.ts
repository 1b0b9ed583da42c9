import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const policyFile = 'audit-policy.json';
const logFile = 'audit.log';

/**
 * Returns flags with which kube-apiserver logs each request of one user when it responds to it.
 *
 * @param folder of the log, which {@link AuditLog} reads
 */
export async function auditFlags(folder: string, user: string): Promise<string[]> {
  const policy = {
    apiVersion: 'audit.k8s.io/v1',
    kind: 'Policy',
    omitStages: ['RequestReceived', 'ResponseStarted'],
    rules: [{ level: 'Metadata', users: [user] }, { level: 'None' }],
  };
  await writeFile(join(folder, policyFile), JSON.stringify(policy));
  return [
    `--audit-policy-file=${join(folder, policyFile)}`,
    `--audit-log-path=${join(folder, logFile)}`,
    '--audit-log-maxsize=1000',
  ];
}

interface Entry {
  readonly verb: string;
  readonly objectRef?: { readonly resource?: string; readonly subresource?: string };
  readonly stageTimestamp: string;
}

/** The number of requests by verb and resource, such as `patch bitcoinnetworks/status`. */
export type RequestCounts = ReadonlyMap<string, number>;

/** The requests of a user, as kube-apiserver logged them. */
export class AuditLog {
  readonly #path: string;

  constructor(folder: string) {
    this.#path = join(folder, logFile);
  }

  /** Counts the requests that were responded to since a time. */
  async requestsSince(time: Date): Promise<RequestCounts> {
    const counts = new Map<string, number>();
    for await (const line of createInterface(createReadStream(this.#path))) {
      const { verb, objectRef = {}, stageTimestamp } = JSON.parse(line) as Entry;
      if (new Date(stageTimestamp) < time) continue;
      const { resource = '', subresource } = objectRef;
      const request = `${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}`;
      counts.set(request, (counts.get(request) ?? 0) + 1);
    }
    return counts;
  }
}

const writeVerbs = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);

/** Counts the writes, including no-op applies and events, excluding those of Leases. */
export function countWrites(requests: RequestCounts): number {
  let sum = 0;
  for (const [request, count] of requests) {
    const [verb, resource] = request.split(' ') as [string, string];
    if (writeVerbs.has(verb) && resource !== 'leases') sum += count;
  }
  return sum;
}

/** Returns `3 patch services, 1 create events`, or `none`. */
export function formatRequests(requests: RequestCounts): string {
  return [...requests].map(([request, count]) => `${count} ${request}`).join(', ') || 'none';
}
