import { readFile } from 'node:fs/promises';
import { Agent, get } from 'node:https';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds between two requests. */
const interval = 50;

/** The hooks that create the roles and priority classes of Kubernetes in a new state. */
const hooks = ['rbac/bootstrap-roles', 'scheduling/bootstrap-system-priority-classes'];

/**
 * The paths that an API server serves when it is ready. The complete /readyz takes a second longer,
 * because those hooks start with a pause even if the state has all their objects. Instead, the last
 * object that the other servers need is requested.
 */
const paths = [
  `/readyz?${hooks.map((hook) => `exclude=poststarthook/${hook}`).join('&')}`,
  '/apis/rbac.authorization.k8s.io/v1/namespaces/kube-system/rolebindings/system:controller:token-cleaner',
];

/**
 * Waits until an API server on 127.0.0.1 is ready and has the roles that the other servers need.
 *
 * @param pki the folder with ca.crt and the administrator's certificate
 * @throws the signal's reason
 */
export async function untilReady(port: number, pki: string, signal: AbortSignal): Promise<void> {
  for (const path of paths) await untilOk(port, pki, path, signal);
}

/**
 * Waits until an API server responds with 200 to a GET of a path. See {@link untilReady} for the
 * parameters.
 */
export async function untilOk(
  port: number,
  pki: string,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const [ca, cert, key] = await Promise.all(
    ['ca.crt', 'admin.crt', 'admin.key'].map((file) => readFile(join(pki, file))),
  );
  const agent = new Agent({ ca, cert, key, keepAlive: true });
  try {
    while (!(await isOk(port, path, agent))) await delay(interval, undefined, { signal });
  } finally {
    agent.destroy();
  }
}

function isOk(port: number, path: string, agent: Agent): Promise<boolean> {
  return new Promise((resolve) => {
    const options = { host: '127.0.0.1', port, path, agent, timeout: 2_000 };
    const request = get(options, (response) => {
      response.resume().once('end', () => {
        resolve(response.statusCode === 200);
      });
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => {
      resolve(false);
    });
    request.once('close', () => {
      resolve(false); // without effect after a response
    });
  });
}
