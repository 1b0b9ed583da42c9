import { randomBytes } from 'node:crypto';
import { isAlreadyExists, isNotFound } from '../../kube/api/errors.ts';
import type { KubeClient } from '../../kube/client/client.ts';
import type { KubeObject } from '../../kube/api/object.ts';
import { controllerName } from '../../constructs/bitcoin-network/labels.ts';
import { secrets } from '../cache/resources.ts';

/** The Secret's only key. */
const entry = 'master-key';

interface Secret extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
}

/**
 * The key from which the controller derives its login for every network, read
 * from its Secret or, the first time, made there. It is the only Secret that
 * the controller may read.
 *
 * @throws if the Secret is there without a usable key: with another key every
 *   network would refuse the controller, so none is made in its place
 */
export async function loadMasterKey(
  client: KubeClient,
  key: { readonly namespace: string; readonly name: string },
  signal: AbortSignal,
): Promise<Buffer> {
  const read = async () => keyOf(await client.get<Secret>(secrets, key, { signal }));
  try {
    return await read();
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  try {
    const data = { [entry]: randomBytes(32).toString('base64') };
    const metadata = { ...key, labels: { 'app.kubernetes.io/managed-by': controllerName } };
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', data };
    return keyOf(await client.create<Secret>(secrets, secret, { signal }));
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    return read();
  }
}

function keyOf({ metadata, data = {} }: Secret): Buffer {
  const key = Buffer.from(data[entry] ?? '', 'base64');
  if (key.length < 32) {
    throw new Error(
      `Secret ${metadata.namespace!}/${metadata.name} has no ${entry} of 32 bytes or more: ` +
        'restore it, or delete the Secret to have a new one made',
    );
  }
  return key;
}
