import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const policyFile = 'audit-policy.json';
const logFile = 'audit.log';

/** Flags with which kube-apiserver logs every request of one user, when it is answered, to `folder`. */
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

const writes = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);

/** What kube-apiserver logged of the user's requests. */
export class AuditLog {
  readonly #path: string;

  constructor(folder: string) {
    this.#path = join(folder, logFile);
  }

  /** Requests answered from a time on, `patch bitcoinnetworks/status` and the like, and how many. */
  async requestsSince(time: Date): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    for await (const line of createInterface(createReadStream(this.#path))) {
      const { verb, objectRef = {}, stageTimestamp } = JSON.parse(line) as Entry;
      if (new Date(stageTimestamp) < time) continue;
      const { resource = '', subresource } = objectRef;
      const what = `${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}`;
      counts.set(what, (counts.get(what) ?? 0) + 1);
    }
    return counts;
  }
}

/** How many of the requests write, no-op applies and events among them; those of Leases are left out. */
export function countWrites(requests: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const [what, count] of requests) {
    const [verb, resource] = what.split(' ') as [string, string];
    if (writes.has(verb) && resource !== 'leases') sum += count;
  }
  return sum;
}

/** `3 patch services, 1 create events`, or `none`. */
export function describeRequests(requests: ReadonlyMap<string, number>): string {
  return [...requests].map(([what, count]) => `${count} ${what}`).join(', ') || 'none';
}
