import type { ServerResponse } from 'node:http';
import { logPath, readLog } from '../logs/log-file.ts';
import { followLines, selectLines, type LogQuery } from '../logs/log-query.ts';
import type { PodWorker } from '../pods/pod-worker.ts';
import { sendText } from './response.ts';

/** A client that follows a log is disconnected at this number of unsent bytes. */
const maxUnsent = 16 * 1024 * 1024;

/** A request of `kubectl logs`. */
export interface LogRequest {
  readonly podName: string;
  readonly containerName: string;
  /** Whether to send the log of the previous run. */
  readonly previous: boolean;
  readonly query: LogQuery;
}

/** Sends a container's log, with the kubelet's messages for errors. */
export function sendLog(
  worker: PodWorker | undefined,
  request: LogRequest,
  response: ServerResponse,
): void {
  const { podName, containerName, previous, query } = request;
  const title = `container "${containerName}" in pod "${podName}"`;
  const container = worker?.container(containerName);
  if (!worker || !container) {
    sendText(response, 404, `${title} not found`);
    return;
  }
  if (previous && container.restartCount === 0) {
    sendText(response, 400, `previous terminated ${title} not found`);
    return;
  }
  const { state, containerID } = container.status;
  if (!previous && state.waiting && containerID === undefined) {
    const { message, reason } = state.waiting;
    sendText(response, 400, `${title} is waiting to start: ${message ?? reason}`);
    return;
  }
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

/** Writes up to a number of bytes, then ends the response. */
class LimitedOutput {
  readonly #response: ServerResponse;
  #remaining: number;

  constructor(response: ServerResponse, limit: number) {
    this.#response = response;
    this.#remaining = limit;
  }

  write(text: string): void {
    if (text === '' || this.#response.writableEnded) return;
    const bytes = Buffer.from(text);
    this.#response.write(bytes.subarray(0, this.#remaining));
    this.#remaining -= bytes.length;
    if (this.#remaining <= 0 || this.#response.writableLength > maxUnsent) this.#response.end();
  }
}
