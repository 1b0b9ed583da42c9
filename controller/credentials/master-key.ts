import { randomBytes } from 'node:crypto';
import { controllerName } from '../../constructs/bitcoin-network/labels.ts';
import { isAlreadyExists, isNotFound } from '../../kube/api/errors.ts';
import type { KubeObject, Resource } from '../../kube/api/object.ts';
import type { KubeClient } from '../../kube/client/client.ts';
import { sleep, systemClock, type Clock } from '../../kube/runtime/clock.ts';
import type { Logger } from '../../kube/runtime/logger.ts';

const secrets: Resource = {
  apiVersion: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  namespaced: true,
};

/** The only key of the Secret. */
const entry = 'master-key';

/** Milliseconds between two attempts to load the master key. */
const retryPeriod = 2_000;

interface Secret extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
}

/** The namespace and the name of the Secret. */
interface SecretKey {
  readonly namespace: string;
  readonly name: string;
}

/** The requests that the master key needs. */
type SecretClient = Pick<KubeClient, 'get' | 'create'>;

/**
 * Loads the master key and retries until it succeeds: the API server may start together with the
 * controller, and a user may have to restore the key.
 *
 * @throws the signal's reason
 */
export async function waitForMasterKey(
  client: SecretClient,
  key: SecretKey,
  options: { readonly log: Logger; readonly signal: AbortSignal; readonly clock?: Clock },
): Promise<Buffer> {
  const { log, signal, clock = systemClock } = options;
  for (;;) {
    try {
      return await loadMasterKey(client, key, signal);
    } catch (err) {
      signal.throwIfAborted();
      const { namespace, name: secret } = key;
      log.error({ err, namespace, secret }, 'failed to load the master key, retrying');
    }
    await sleep(clock, retryPeriod, signal);
  }
}

/**
 * Reads the key from which the controller derives its credentials for every network, or creates it
 * if the Secret does not exist. It is the only Secret that the controller may read.
 *
 * @throws Error if the Secret exists without a usable key. The key is not replaced, because every
 *   network would reject credentials that derive from another key
 */
export async function loadMasterKey(
  client: SecretClient,
  key: SecretKey,
  signal: AbortSignal,
): Promise<Buffer> {
  const read = async () => masterKeyOf(await client.get<Secret>(secrets, key, { signal }));
  try {
    return await read();
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  try {
    const data = { [entry]: randomBytes(32).toString('base64') };
    const metadata = { ...key, labels: { 'app.kubernetes.io/managed-by': controllerName } };
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', data };
    return masterKeyOf(await client.create<Secret>(secrets, secret, { signal }));
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    return read();
  }
}

function masterKeyOf({ metadata, data = {} }: Secret): Buffer {
  const key = Buffer.from(data[entry] ?? '', 'base64');
  if (key.length < 32) {
    throw new Error(
      `Secret ${metadata.namespace!}/${metadata.name} has no ${entry} of 32 bytes or more: ` +
        'restore the key, or delete the Secret to generate a new one',
    );
  }
  return key;
}
