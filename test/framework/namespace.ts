import { randomBytes } from 'node:crypto';
import { Kubectl } from './kubectl.ts';

/**
 * Creates a namespace before the tests of a file and deletes it after them.
 *
 * @param prefix of the namespace's name, which a random suffix completes
 * @returns a kubectl in the namespace
 */
export function useNamespace(prefix: string): Kubectl {
  const cluster = new Kubectl();
  const namespace = `${prefix}-${randomBytes(3).toString('hex')}`;
  beforeAll(async () => {
    await cluster.run(['create', 'namespace', namespace]);
  }, 30_000);
  afterAll(async () => {
    await cluster.run(['delete', 'namespace', namespace, '--wait=false']);
  }, 30_000);
  return cluster.in(namespace);
}
