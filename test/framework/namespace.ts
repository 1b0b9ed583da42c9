import { randomBytes } from 'node:crypto';
import { Kubectl } from './kubectl.ts';

/** A kubectl in a namespace of this file's tests, which goes with them. */
export function useNamespace(name: string): Kubectl {
  const cluster = new Kubectl();
  const namespace = `${name}-${randomBytes(3).toString('hex')}`;
  beforeAll(async () => {
    await cluster.run(['create', 'namespace', namespace]);
  }, 30_000);
  afterAll(async () => {
    await cluster.run(['delete', 'namespace', namespace, '--wait=false']);
  }, 30_000);
  return cluster.in(namespace);
}
