import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Clock } from '../../../kube/runtime/clock.ts';
import { logPath } from '../containers/container-run.ts';
import { endExec, execProtocol, failure, parseExecRequest, serveExec } from './exec-session.ts';
import { readLog } from '../logs/log-file.ts';
import { followLines, parseLogQuery, selectLines } from '../logs/log-query.ts';
import type { PodWorker } from '../pods/pod-worker.ts';
import type { Pods } from '../pods/pods.ts';
import type { RunningContainer } from '../runtime.ts';

/** Files in PEM format. */
export interface ServerTls {
  readonly cert: string;
  readonly key: string;
  /** Who signs the certificates of those who may call: the API server's own. */
  readonly clientCa: string;
}

/** Unsent bytes at which a client that follows a log is too slow to be served. */
const maxUnsent = 16 * 1024 * 1024;

/** What the API server asks a node for: logs, exec, its pods. */
export class KubeletServer {
  readonly #pods: Pods;
  readonly #clock: Clock;
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => (offered.has(execProtocol) ? execProtocol : false),
  });

  constructor(pods: Pods, clock: Clock, tls: ServerTls) {
    this.#pods = pods;
    this.#clock = clock;
    this.#server = createServer(
      {
        cert: readFileSync(tls.cert),
        key: readFileSync(tls.key),
        ca: readFileSync(tls.clientCa),
        requestCert: true,
        rejectUnauthorized: true,
      },
      (request, response) => {
        this.#answer(request, response);
      },
    );
    this.#server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.#upgrade(request, socket, head);
    });
  }

  /** @returns the port that the system chose */
  async listen(address: string): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, address, resolve);
    });
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'https://node');
    const [verb, ...path] = pathname.split('/').slice(1).map(decodeURIComponent);
    if (verb === 'healthz') send(response, 200, 'ok');
    else if (verb === 'pods') {
      const items = this.#pods.all().map(({ pod }) => pod);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ apiVersion: 'v1', kind: 'PodList', metadata: {}, items }));
    } else if (verb === 'containerLogs') this.#sendLog(path, searchParams, response);
    else if (verb === 'exec') send(response, 400, `exec needs the subprotocol ${execProtocol}`);
    else send(response, 501, this.#refusal(verb, path));
  }

  #refusal(verb: string | undefined, [namespace = '', name = '']: string[]): string {
    if (verb !== 'portForward') return `the playground's node does not serve /${verb ?? ''}`;
    const address = this.#pods.find(namespace, name)?.podIP ?? 'its status.podIP';
    return `no port-forward in the playground: the pod can be reached from this machine at ${address}`;
  }

  #sendLog(
    [namespace = '', name = '', containerName = '']: string[],
    parameters: URLSearchParams,
    response: ServerResponse,
  ): void {
    const worker = this.#pods.find(namespace, name);
    const container = worker?.container(containerName);
    if (!worker || !container) {
      send(response, 404, `container "${containerName}" in pod "${name}" not found`);
      return;
    }
    const previous = parameters.get('previous') === 'true';
    if (previous && container.restartCount === 0) {
      const text = `previous terminated container "${containerName}" in pod "${name}" not found`;
      send(response, 400, text);
      return;
    }
    const { waiting } = container.status.state;
    if (!previous && waiting && container.status.containerID === undefined) {
      const text = `container "${containerName}" in pod "${name}" is waiting to start: ${waiting.message ?? waiting.reason}`;
      send(response, 400, text);
      return;
    }
    const query = parseLogQuery(parameters, this.#clock.now());
    const run = container.restartCount - (previous ? 1 : 0);
    const lines = readLog(logPath(worker.folder, containerName, run));
    response.setHeader('content-type', 'text/plain');
    const out = new LimitedOutput(response, query.limitBytes ?? Infinity);
    out.write(selectLines(lines, query));
    const log = container.run?.log;
    if (!query.follow || previous || !log || log.ended) {
      response.end();
      return;
    }
    response.flushHeaders();
    const stop = followLines(
      log,
      query,
      (text) => {
        out.write(text);
      },
      () => {
        response.end();
      },
    );
    response.on('close', stop);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'https://node');
    const [verb, ...path] = pathname.split('/').slice(1).map(decodeURIComponent);
    if (verb !== 'exec') {
      refuse(socket, 501, this.#refusal(verb, path));
      return;
    }
    const [namespace = '', name = '', containerName = ''] = path;
    const worker = this.#pods.find(namespace, name);
    const process = runningProcess(worker, containerName);
    if (!process) {
      refuse(socket, 404, `container not found ("${containerName}")`);
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (client) => {
      const exec = parseExecRequest(searchParams);
      if (exec.tty) endExec(client, failure('the playground has no terminals yet: leave -t out'));
      else serveExec(client, process, exec);
    });
  }
}

function runningProcess(
  worker: PodWorker | undefined,
  containerName: string,
): RunningContainer | undefined {
  const container = worker?.container(containerName);
  return container?.running ? container.run?.process : undefined;
}

/** Writes up to a number of bytes, then ends the response. */
class LimitedOutput {
  readonly #response: ServerResponse;
  #left: number;

  constructor(response: ServerResponse, limit: number) {
    this.#response = response;
    this.#left = limit;
  }

  write(text: string): void {
    if (text === '' || this.#response.writableEnded) return;
    const bytes = Buffer.from(text);
    this.#response.write(bytes.subarray(0, this.#left));
    this.#left -= bytes.length;
    if (this.#left <= 0 || this.#response.writableLength > maxUnsent) this.#response.end();
  }
}

function send(response: ServerResponse, code: number, text: string): void {
  response.writeHead(code, { 'content-type': 'text/plain' });
  response.end(text);
}

function refuse(socket: Duplex, code: number, text: string): void {
  socket.end(
    `HTTP/1.1 ${code} Refused\r\ncontent-type: text/plain\r\nconnection: close\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}
