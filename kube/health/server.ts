import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Whether something is in order. An exception or a rejection says no, and why. */
export type HealthCheck = () => boolean | Promise<boolean>;

export interface HealthServerOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** @default every address */
  readonly host?: string | undefined;
  /** Named checks of `/healthz`: the process is not beyond help. @default none: always in order */
  readonly healthz?: Readonly<Record<string, HealthCheck>>;
  /** Named checks of `/readyz`: the process does its work. @default none: always in order */
  readonly readyz?: Readonly<Record<string, HealthCheck>>;
}

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves `/healthz` and `/readyz` to a kubelet's probes: 200 when every check says yes, otherwise
 * 503; the body says which did not.
 *
 * @throws when the port is taken
 */
export async function serveHealth(options: HealthServerOptions): Promise<HealthServer> {
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
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function runChecks(
  checks: Readonly<Record<string, HealthCheck>>,
): Promise<{ ok: boolean; report: string }> {
  const faults = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => ({ name, fault: await failureOf(check) })),
  );
  const lines = faults.map(({ name, fault }) => {
    if (fault === undefined) return `[+] ${name}`;
    return fault === '' ? `[-] ${name}` : `[-] ${name}: ${fault}`;
  });
  const ok = faults.every(({ fault }) => fault === undefined);
  return { ok, report: `${[...lines, ok ? 'ok' : 'failed'].join('\n')}\n` };
}

/** @returns why a check says no, as far as it tells; undefined when it says yes */
async function failureOf(check: HealthCheck): Promise<string | undefined> {
  try {
    return (await check()) ? undefined : '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
