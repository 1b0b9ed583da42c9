import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Clock } from '../../../kube/runtime/clock.ts';
import { parseLogQuery } from '../logs/log-query.ts';
import type { PodWorker } from '../pods/pod-worker.ts';
import type { Pods } from '../pods/pods.ts';
import type { RunningContainer } from '../runtime/runtime.ts';
import { sendLog } from './container-logs.ts';
import { endExec, execProtocol, failure, parseExecRequest, serveExec } from './exec-session.ts';
import { refuseUpgrade, sendText } from './response.ts';

/** Files in PEM format. */
export interface ServerTls {
  readonly cert: string;
  readonly key: string;
  /** The CA of permitted clients, which is the API server's own. */
  readonly clientCa: string;
}

/** The HTTPS server that the API server calls for logs, exec and the list of pods. */
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
        this.#respond(request, response);
      },
    );
    this.#server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.#upgrade(request, socket, head);
    });
  }

  /** Listens on a free port. @returns the port */
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

  #respond(request: IncomingMessage, response: ServerResponse): void {
    const { verb, path, parameters } = parseUrl(request);
    if (verb === 'healthz') sendText(response, 200, 'ok');
    else if (verb === 'pods') {
      const items = this.#pods.all().map(({ pod }) => pod);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ apiVersion: 'v1', kind: 'PodList', metadata: {}, items }));
    } else if (verb === 'containerLogs') {
      const [namespace = '', podName = '', containerName = ''] = path;
      const previous = parameters.get('previous') === 'true';
      const query = parseLogQuery(parameters, this.#clock.now());
      const worker = this.#pods.find(namespace, podName);
      sendLog(worker, { podName, containerName, previous, query }, response);
    } else if (verb === 'exec') {
      sendText(response, 400, `exec requires the WebSocket subprotocol ${execProtocol}`);
    } else sendText(response, 501, this.#refusal(verb, path));
  }

  #refusal(verb: string | undefined, [namespace = '', name = '']: string[]): string {
    if (verb !== 'portForward') return `the playground does not serve /${verb ?? ''}`;
    const address = this.#pods.find(namespace, name)?.podIP ?? 'its status.podIP';
    return `the playground does not support port-forward: connect to the pod at ${address} from this machine`;
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { verb, path, parameters } = parseUrl(request);
    if (verb !== 'exec') {
      refuseUpgrade(socket, 501, this.#refusal(verb, path));
      return;
    }
    const [namespace = '', name = '', containerName = ''] = path;
    const process = runningProcess(this.#pods.find(namespace, name), containerName);
    if (!process) {
      refuseUpgrade(socket, 404, `container not found ("${containerName}")`);
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (client) => {
      const exec = parseExecRequest(parameters);
      if (exec.tty) endExec(client, failure('the playground does not support terminals: omit -t'));
      else serveExec(client, process, exec);
    });
  }
}

function parseUrl({ url = '/' }: IncomingMessage) {
  const { pathname, searchParams } = new URL(url, 'https://kubelet');
  const [verb, ...path] = pathname.split('/').slice(1).map(decodeURIComponent);
  return { verb, path, parameters: searchParams };
}

function runningProcess(
  worker: PodWorker | undefined,
  containerName: string,
): RunningContainer | undefined {
  const container = worker?.container(containerName);
  return container?.running ? container.run?.process : undefined;
}
