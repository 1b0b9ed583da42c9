import { request, type RequestOptions } from 'node:https';
import { json } from 'node:stream/consumers';
import type { KubeConfig } from '@kubernetes/client-node';
import type { FieldError } from '../../crds/validation/index.ts';
import { apiGroup, crdNames } from '../../crds/index.ts';

/** The fields of metav1.Status that describe a rejection. */
interface Status {
  message: string;
  details?: { causes?: { field?: string; message: string }[] };
}

/**
 * Returns the errors for which an API server rejects a new BitcoinNetwork; an empty list if it
 * accepts it.
 *
 * @throws Error if the response is neither an acceptance nor a rejection
 */
export type Create = (resource: object) => Promise<FieldError[]>;

/** Sends dry-run requests with strict field validation to the API server of a kubeconfig. */
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
          .then((body) => toFieldErrors(response.statusCode!, body as Status))
          .then(resolve, reject);
      });
      sent.on('error', reject);
      sent.end(JSON.stringify(resource));
    });
}

function toFieldErrors(code: number, { message, details }: Status): FieldError[] {
  if (code === 201) return [];
  if (code !== 400 && code !== 422) throw new Error(`the API server responded ${code}: ${message}`);
  if (details?.causes) {
    return details.causes.map(({ field = '', message }) => ({ field, message }));
  }
  // Unknown fields are decoding errors, which name the fields only in the message.
  return Array.from(message.matchAll(/unknown field "([^"]*)"/g), ([text, field = '']) => ({
    field,
    message: text,
  }));
}
