import { request, type RequestOptions } from 'node:https';
import { text } from 'node:stream/consumers';
import type { KubeConfig } from '@kubernetes/client-node';
import type { FieldError } from '../../constructs/validation/index.ts';
import { group, names } from '../../crds/index.ts';

/** The fields of metav1.Status that tell what was refused. */
interface Status {
  kind: 'Status';
  message: string;
  details?: { causes?: { field?: string; message: string }[] };
}

/** Says what an API server refuses a new BitcoinNetwork for; an empty list if it would take it. */
export type Create = (resource: object) => Promise<FieldError[]>;

/** Asks the API server of a kubeconfig, with strict field validation and without storing anything. */
export async function dryRunCreate(config: KubeConfig, namespace: string): Promise<Create> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const server = config.getCurrentCluster()!.server;
  const url = `${server}/apis/${group}/v1/namespaces/${namespace}/${names.plural}?dryRun=All&fieldValidation=Strict`;
  return async (resource) => {
    const body = JSON.stringify(resource);
    const answer = await new Promise<string>((resolve, reject) => {
      const sent = request(
        url,
        { ...options, method: 'POST', headers: { 'content-type': 'application/json' } },
        (response) => {
          text(response).then(resolve, reject);
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
    return refusals(JSON.parse(answer) as Status | { kind: string });
  };
}

function refusals(answer: Status | { kind: string }): FieldError[] {
  if (!('message' in answer)) return [];
  const causes = answer.details?.causes?.map(({ field = '', message }) => ({ field, message }));
  if (causes) return causes;
  // An unknown field is an error in decoding, whose fields stand in the message alone.
  const unknown = [...answer.message.matchAll(/unknown field "([^"]*)"/g)];
  if (unknown.length > 0) return unknown.map(([message, field = '']) => ({ field, message }));
  return [{ field: '', message: answer.message }];
}
