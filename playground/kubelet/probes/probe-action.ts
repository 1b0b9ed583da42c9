import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import type {
  V1Container,
  V1HTTPGetAction,
  V1LifecycleHandler,
  V1Probe,
} from '@kubernetes/client-node';
import { exec } from '../runtime/exec.ts';
import { formatDuration } from '../api/time.ts';
import type { RunningContainer } from '../runtime/runtime.ts';

export interface ActionResult {
  readonly ok: boolean;
  /** The kubelet's message for a failure. */
  readonly output: string;
}

export interface ActionTarget {
  readonly container: V1Container;
  readonly process: RunningContainer;
  readonly podIP: string;
  /** Milliseconds. */
  readonly timeout: number;
}

/** Runs the action of a probe or lifecycle hook once. */
export async function runAction(
  action: V1Probe | V1LifecycleHandler,
  target: ActionTarget,
): Promise<ActionResult> {
  const { process, podIP, timeout } = target;
  if (action.exec) {
    const argv = action.exec.command ?? [];
    const { code, output } = await exec(process, argv, timeout);
    if (code !== undefined) return { ok: code === 0, output };
    const command = argv.join(' ');
    return {
      ok: false,
      output: `command timed out: "${command}" timed out after ${formatDuration(timeout)}`,
    };
  }
  if (action.httpGet) return httpGet(action.httpGet, target);
  if (action.tcpSocket) {
    const { host = podIP, port } = action.tcpSocket;
    return dial(host, portNumber(port, target.container), timeout);
  }
  if ('sleep' in action && action.sleep) {
    const { seconds } = action.sleep;
    await new Promise((resolve) => setTimeout(resolve, Math.min(seconds * 1000, timeout)));
    return { ok: true, output: '' };
  }
  return {
    ok: false,
    output: 'the playground does not support this kind of probe: use exec, httpGet or tcpSocket',
  };
}

function portNumber(port: number | string, container: V1Container): number {
  const named = container.ports?.find(({ name }) => name === port)?.containerPort;
  return named ?? Number(port);
}

function httpGet(action: V1HTTPGetAction, target: ActionTarget): Promise<ActionResult> {
  const { host = target.podIP, path = '/', scheme = 'HTTP', port } = action;
  const headers = Object.fromEntries(
    (action.httpHeaders ?? []).map(({ name, value }) => [name, value]),
  );
  const options = {
    host,
    port: portNumber(port, target.container),
    path: path.startsWith('/') ? path : `/${path}`,
    headers: { 'user-agent': 'kube-probe/1.36', accept: '*/*', ...headers },
    agent: false,
    // Like a kubelet: a probe checks whether the server responds, not its certificate.
    rejectUnauthorized: false,
    signal: AbortSignal.timeout(target.timeout),
  };
  return new Promise((resolve) => {
    const request = (scheme === 'HTTPS' ? httpsRequest : httpRequest)(options, (response) => {
      const status = response.statusCode ?? 0;
      response.resume();
      response.on('error', () => undefined);
      const ok = status >= 200 && status < 400;
      resolve({ ok, output: ok ? '' : `HTTP probe failed with statuscode: ${status}` });
    });
    request.on('error', (error) => {
      const url = `${scheme.toLowerCase()}://${host}:${options.port}${options.path}`;
      resolve({ ok: false, output: `Get "${url}": ${error.message}` });
    });
    request.end();
  });
}

function dial(host: string, port: number, timeout: number): Promise<ActionResult> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout });
    const end = (ok: boolean, output: string) => {
      socket.destroy();
      resolve({ ok, output });
    };
    socket.on('connect', () => {
      end(true, '');
    });
    socket.on('timeout', () => {
      end(false, `dial tcp ${host}:${port}: i/o timeout`);
    });
    socket.on('error', (error) => {
      end(false, `dial tcp ${host}:${port}: ${error.message}`);
    });
  });
}
