import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Logger } from '../runtime/logger.ts';
import { listen, type ListeningServer } from '../runtime/listen.ts';
import { Certificates } from './certificates.ts';

/** Decides whether a request may read metrics. */
export interface Authorizer {
  /**
   * @param authorization the header Authorization
   * @returns 200, 401 or 403; 429 and 500 if that is unknown
   */
  review(authorization: string | undefined): Promise<number>;
}

/** The options of {@link serveMetrics}. */
export interface MetricsServerOptions {
  /** 0 selects a free port. */
  readonly port: number;
  /** @default all addresses */
  readonly host?: string | undefined;
  readonly log: Logger;
  readonly contentType: string;
  /** Returns the metrics as text. */
  readonly render: () => Promise<string>;
  /** @default none: everyone may read metrics */
  readonly authorizer?: Authorizer;
  /**
   * Folder with tls.crt and tls.key, which may change at any time.
   * @default none: HTTP without TLS
   */
  readonly certificateFolder?: string | undefined;
  /** Milliseconds after which a response is aborted. @default 10_000 */
  readonly timeout?: number;
}

/** Requests that are processed at the same time, and of which each may hold a response. */
const maxRequests = 4;

/** Connections, idle ones included. */
const maxConnections = 64;

/** Milliseconds in which a request, and a TLS handshake, must arrive. */
const requestTimeout = 5_000;

/**
 * Serves `/metrics`. A client that reads slowly cannot hold memory for long: responses are few, and
 * each ends in time.
 *
 * @throws Error if the port is in use or the certificate cannot be read
 */
export async function serveMetrics(options: MetricsServerOptions): Promise<ListeningServer> {
  const { log, certificateFolder } = options;
  const limits = {
    headersTimeout: requestTimeout,
    requestTimeout,
    connectionsCheckingInterval: 1_000,
  };
  let server: Server;
  let certificates: Certificates | undefined;
  if (certificateFolder === undefined) {
    server = createHttpServer(limits, listener(options));
  } else {
    certificates = await Certificates.load(certificateFolder, log);
    const tls = { ...limits, ...certificates.current, handshakeTimeout: requestTimeout };
    const secure = createHttpsServer(tls, listener(options));
    certificates.onChange((current) => {
      secure.setSecureContext(current);
    });
    server = secure;
  }
  server.maxConnections = maxConnections;
  const listening = await listen(server, options);
  return {
    port: listening.port,
    close: () => {
      certificates?.stop();
      return listening.close();
    },
  };
}

function listener(options: MetricsServerOptions): RequestListener {
  const { log, timeout = 10_000 } = options;
  let running = 0;
  return (request, response) => {
    const timer = setTimeout(() => response.destroy(), timeout);
    running++;
    response.once('close', () => {
      clearTimeout(timer);
      running--;
    });
    const path = (request.url ?? '').split('?')[0]!;
    const isAccepted = running <= maxRequests;
    void respond(options, path, request.method ?? '', request.headers.authorization, isAccepted)
      .catch((err: unknown): Response => {
        log.warn({ err }, 'failed to collect metrics');
        return { status: 500 };
      })
      .then(({ status, headers = {}, body = reasons[status] ?? '' }) => {
        if (response.destroyed) return;
        response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers });
        response.end(body);
      });
  };
}

interface Response {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const reasons: Readonly<Record<number, string>> = {
  401: 'send a token of a user or a ServiceAccount: Authorization: Bearer TOKEN\n',
  403: 'the user may not get the URL /metrics: bind a ClusterRole that allows the verb get on it\n',
  404: 'metrics are at /metrics\n',
  405: 'use GET\n',
  429: 'too many reviews of tokens, try again later\n',
  500: 'failed, see the log of the controller\n',
  503: 'too many concurrent requests\n',
};

async function respond(
  { render, contentType, authorizer }: MetricsServerOptions,
  path: string,
  method: string,
  authorization: string | undefined,
  isAccepted: boolean,
): Promise<Response> {
  if (path !== '/metrics') return { status: 404 };
  if (method !== 'GET') return { status: 405, headers: { allow: 'GET' } };
  if (!isAccepted) return { status: 503, headers: { 'retry-after': '1' } };
  const status = (await authorizer?.review(authorization)) ?? 200;
  if (status === 401) return { status, headers: { 'www-authenticate': 'Bearer' } };
  if (status !== 200) return { status };
  return { status, headers: { 'content-type': contentType }, body: await render() };
}
