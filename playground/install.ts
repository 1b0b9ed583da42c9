import { randomBytes } from 'node:crypto';
import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { apply } from '../kube/apply/apply.ts';
import type { KubeClient, KubeObject, Resource } from '../kube/index.ts';
import type { State } from './control-plane/state.ts';
import { networkResource } from './network-watch.ts';
import { PlaygroundError } from './playground-error.ts';
import { checkout, type Playground } from './playground.ts';

/** Installs the controller from dist/ and waits until the API server serves its resource. */
export async function installController(playground: Playground): Promise<void> {
  const files = ['crd.yaml', 'controller.yaml'].map((name) => join(checkout, 'dist', name));
  for (const file of files) {
    await access(file).catch((cause: unknown) => {
      throw new PlaygroundError(`${file} does not exist: run npm run synth`, { cause });
    });
  }
  const names = files.flatMap((file) => ['--filename', file]);
  await playground.runKubectl(['apply', '--server-side', '--force-conflicts', ...names]);
  const { apiVersion, plural } = networkResource;
  await playground.untilServes(`/apis/${apiVersion}/${plural}?limit=1`);
}

/** The field of a BitcoinNetwork that names the Secret. */
interface Example extends KubeObject {
  readonly spec: { readonly secret?: string };
}

const secrets: Resource = { apiVersion: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true };

/**
 * Creates the example network and its Secret, unless they were created in this state before.
 *
 * @returns whether the network was created
 */
export async function createExample(state: State, client: KubeClient): Promise<boolean> {
  const isCreated = await access(state.exampleCreated).then(
    () => true,
    () => false,
  );
  if (isCreated) return false;
  const example = parse(await readFile(join(checkout, 'networks/example.yaml'), 'utf8')) as Example;
  const { secret } = example.spec;
  if (secret !== undefined) await applyLikeKubectl(client, secrets, credentials(secret));
  await applyLikeKubectl(client, networkResource, example);
  await writeFile(state.exampleCreated, '');
  return true;
}

/**
 * Creates an object in the namespace default, so that `kubectl apply` can change it later. A patch
 * avoids the 2 s for which the API server delays the creation of objects of a new kind.
 */
async function applyLikeKubectl(
  client: KubeClient,
  resource: Resource,
  object: KubeObject,
): Promise<void> {
  const annotations = {
    ...object.metadata.annotations,
    'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(object),
  };
  const metadata = { ...object.metadata, namespace: 'default', annotations };
  await apply(client, resource, { ...object, metadata }, { fieldManager: 'kubectl' });
}

/** A Secret with random RPC credentials for bitcoind. */
function credentials(name: string): KubeObject & { readonly stringData: Record<string, string> } {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name },
    stringData: { BC_RPC_USER: 'bitcoin', BC_RPC_PASSWORD: randomBytes(16).toString('hex') },
  };
}
