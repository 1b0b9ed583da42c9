import { readFile } from 'node:fs/promises';
import { Agent, get } from 'node:https';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds between two requests. */
const interval = 50;

/** What puts the roles and priority classes of Kubernetes into a new state. */
const hooks = ['rbac/bootstrap-roles', 'scheduling/bootstrap-system-priority-classes'];

/**
 * What answers with 200 when an API server is ready. All of its /readyz takes a second longer:
 * those hooks begin with a pause, though an old state has all that they would put in. So the last
 * thing that the other servers need of it is asked for itself.
 */
const paths = [
  `/readyz?${hooks.map((hook) => `exclude=poststarthook/${hook}`).join('&')}`,
  '/apis/rbac.authorization.k8s.io/v1/namespaces/kube-system/rolebindings/system:controller:token-cleaner',
];

/**
 * Waits until an API server on 127.0.0.1 is ready and has the roles that the other servers need.
 *
 * @param pki the folder with ca.crt and the administrator's certificate
 * @param signal ends the waiting
 */
export async function untilReady(port: number, pki: string, signal: AbortSignal): Promise<void> {
  for (const path of paths) await untilOk(port, pki, path, signal);
}

/** Waits until a GET of a path is answered with 200. The parameters are those of untilReady. */
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
    while (!(await answersOk(port, path, agent))) await delay(interval, undefined, { signal });
  } finally {
    agent.destroy();
  }
}

function answersOk(port: number, path: string, agent: Agent): Promise<boolean> {
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
      resolve(false); // has no effect after an answer
    });
  });
}
