import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../kube/index.ts';
import { checkout } from './checkout.ts';
import { Kubectl } from './kubectl.ts';

/**
 * Returns the objects that `kubectl kustomize` builds.
 *
 * @param folder of a kustomization, relative to the root of this repository
 */
export async function kustomize(folder: string): Promise<KubeObject[]> {
  const manifests = await new Kubectl().run(['kustomize', join(checkout, folder)]);
  return parseAllDocuments(manifests).map((document) => document.toJS() as KubeObject);
}
