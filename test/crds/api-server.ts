import { request, type RequestOptions } from 'node:https';
import { json } from 'node:stream/consumers';
import type { KubeConfig } from '@kubernetes/client-node';
import type { FieldError } from '../../crds/validation/index.ts';
import { apiGroup, crdNames } from '../../crds/index.ts';

/** The fields of metav1.Status that tell what was refused. */
interface Status {
  message: string;
  details?: { causes?: { field?: string; message: string }[] };
}

/**
 * Says what an API server refuses a new BitcoinNetwork for; an empty list if it would take it.
 *
 * @throws Error if the API server answers neither yes nor no
 */
export type Create = (resource: object) => Promise<FieldError[]>;

/** Asks the API server of a kubeconfig, with strict field validation and without storing anything. */
export async function dryRunCreate(config: KubeConfig, namespace: string): Promise<Create> {
  const options: RequestOptions = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  };
  await config.applyToHTTPSOptions(options);
  const server = config.getCurrentCluster()!.server;
  const url = `${server}/apis/${apiGroup}/v1/namespaces/${namespace}/${crdNames.plural}?dryRun=All&fieldValidation=Strict`;
  return (resource) =>
    new Promise((resolve, reject) => {
      const sent = request(url, options, (response) => {
        json(response)
          .then((body) => answer(response.statusCode!, body as Status))
          .then(resolve, reject);
      });
      sent.on('error', reject);
      sent.end(JSON.stringify(resource));
    });
}

function answer(code: number, { message, details }: Status): FieldError[] {
  if (code === 201) return [];
  if (code !== 400 && code !== 422) throw new Error(`the API server answered ${code}: ${message}`);
  if (details?.causes) {
    return details.causes.map(({ field = '', message }) => ({ field, message }));
  }
  // An unknown field is an error in decoding, whose fields stand in the message alone.
  return Array.from(message.matchAll(/unknown field "([^"]*)"/g), ([text, field = '']) => ({
    field,
    message: text,
  }));
}
