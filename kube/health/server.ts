import { createServer } from 'node:http';
import { listen, type ListeningServer } from '../runtime/listen.ts';

/** Returns whether a check passes. An error fails it and names the cause. */
export type HealthCheck = () => boolean | Promise<boolean>;

/** The options of {@link serveHealth}. */
export interface HealthServerOptions {
  /** 0 selects a free port. */
  readonly port: number;
  /** @default all addresses */
  readonly host?: string | undefined;
  /** Checks of `/healthz` by name: they fail if a restart may help. @default none: always passes */
  readonly healthz?: Readonly<Record<string, HealthCheck>>;
  /** Checks of `/readyz` by name: the process does its work. @default none: always passes */
  readonly readyz?: Readonly<Record<string, HealthCheck>>;
}

/**
 * Serves `/healthz` and `/readyz` for the probes of a kubelet: 200 if all checks pass, else 503.
 * The body lists the result of each check.
 *
 * @throws Error if the port is in use
 */
export async function serveHealth(options: HealthServerOptions): Promise<ListeningServer> {
  const endpoints = new Map([
    ['/healthz', options.healthz ?? {}],
    ['/readyz', options.readyz ?? {}],
  ]);
  const server = createServer((request, response) => {
    const checks = endpoints.get((request.url ?? '').split('?')[0]!);
    if (checks === undefined) {
      response.writeHead(404).end();
      return;
    }
    void runChecks(checks).then(({ ok, report }) => {
      response.writeHead(ok ? 200 : 503, { 'content-type': 'text/plain; charset=utf-8' });
      response.end(report);
    });
  });
  return await listen(server, options);
}

async function runChecks(
  checks: Readonly<Record<string, HealthCheck>>,
): Promise<{ ok: boolean; report: string }> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => ({
      name,
      failure: await failureOf(check),
    })),
  );
  const lines = results.map(({ name, failure }) => {
    if (failure === undefined) return `[+] ${name}`;
    return failure === '' ? `[-] ${name}` : `[-] ${name}: ${failure}`;
  });
  const ok = results.every(({ failure }) => failure === undefined);
  return { ok, report: `${[...lines, ok ? 'ok' : 'failed'].join('\n')}\n` };
}

/** Returns the cause of a failed check, empty if unknown; undefined if the check passes. */
async function failureOf(check: HealthCheck): Promise<string | undefined> {
  try {
    return (await check()) ? undefined : '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
