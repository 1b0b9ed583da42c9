import { readFile } from 'node:fs/promises';
import { Agent, get } from 'node:https';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds between two looks. */
const interval = 50;

/**
 * Waits until an API server on 127.0.0.1 says that it is ready.
 *
 * @param pki the folder with ca.crt and the administrator's certificate
 * @param signal ends the waiting
 */
export async function untilReady(port: number, pki: string, signal: AbortSignal): Promise<void> {
  const [ca, cert, key] = await Promise.all(
    ['ca.crt', 'admin.crt', 'admin.key'].map((file) => readFile(join(pki, file))),
  );
  const agent = new Agent({ ca, cert, key, keepAlive: true });
  try {
    while (!(await answersOk(port, agent))) await delay(interval, undefined, { signal });
  } finally {
    agent.destroy();
  }
}

function answersOk(port: number, agent: Agent): Promise<boolean> {
  return new Promise((resolve) => {
    const options = { host: '127.0.0.1', port, path: '/readyz', agent, timeout: 2_000 };
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
