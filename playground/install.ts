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
      throw new PlaygroundError(`${file} is missing: run npm run synth`, { cause });
    });
  }
  const names = files.flatMap((file) => ['--filename', file]);
  await playground.runKubectl(['apply', '--server-side', '--force-conflicts', ...names]);
  const { apiVersion, plural } = networkResource;
  await playground.untilServes(`/apis/${apiVersion}/${plural}?limit=1`);
}

/** The parts of a BitcoinNetwork that the example's Secret depends on. */
interface Example extends KubeObject {
  readonly spec: { readonly secret?: string };
}

const secrets: Resource = { apiVersion: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true };

/**
 * Creates the example network, with the Secret that it names, unless this state has had it before.
 *
 * @returns whether it was created now
 */
export async function createExample(state: State, client: KubeClient): Promise<boolean> {
  if (
    await access(state.exampleCreated).then(
      () => true,
      () => false,
    )
  )
    return false;
  const example = parse(await readFile(join(checkout, 'networks/example.yaml'), 'utf8')) as Example;
  const { secret } = example.spec;
  if (secret !== undefined) await put(client, secrets, login(secret));
  await put(client, networkResource, example);
  await writeFile(state.exampleCreated, '');
  return true;
}

/**
 * Puts an object into the namespace default as `kubectl apply` would, which can change it later. A
 * patch creates it: the API server holds up a real create for 2 s when the kind is new.
 */
async function put(client: KubeClient, resource: Resource, object: KubeObject): Promise<void> {
  const annotations = {
    ...object.metadata.annotations,
    'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(object),
  };
  const metadata = { ...object.metadata, namespace: 'default', annotations };
  await apply(client, resource, { ...object, metadata }, { fieldManager: 'kubectl' });
}

/** A login for bitcoind that nobody knows yet. */
function login(name: string): KubeObject & { readonly stringData: Record<string, string> } {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name },
    stringData: { BC_RPC_USER: 'bitcoin', BC_RPC_PASSWORD: randomBytes(16).toString('hex') },
  };
}
