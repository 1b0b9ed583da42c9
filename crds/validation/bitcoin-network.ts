import { apiGroup, crdNames, v1 } from '../index.ts';
import { defaulted } from './defaults.ts';
import type { FieldError } from './field-error.ts';
import { checkMetadata } from './metadata.ts';
import { checkRules } from './cel.ts';
import { checkStructure, isObject } from './structure.ts';

const apiVersion = `${apiGroup}/v1`;

/**
 * Returns the errors for which the API server would reject a new BitcoinNetwork with
 * fieldValidation=Strict, kubectl's default. The rules of the schema are evaluated only if nothing
 * else is wrong.
 *
 * @param resource the resource as read from JSON or YAML; its status is ignored, as on creation
 * @param options.isStored whether the API server stores the resource already: rules that a later
 *   release added accept it
 * @returns an empty list if the API server would accept the resource
 */
export function validateBitcoinNetwork(
  resource: unknown,
  { isStored = false }: { readonly isStored?: boolean } = {},
): FieldError[] {
  if (!isObject(resource)) return [{ field: '', message: 'must be of type object' }];
  if (resource.apiVersion !== apiVersion) {
    return [{ field: 'apiVersion', message: `must be ${apiVersion}` }];
  }
  if (resource.kind !== crdNames.kind)
    return [{ field: 'kind', message: `must be ${crdNames.kind}` }];

  const { metadata, ...body } = defaulted(v1, resource) as Record<string, unknown>;
  delete body.status;
  const errors = [...checkMetadata(metadata), ...checkStructure(v1, body, '')];
  return errors.length > 0 ? errors : checkRules(v1, { metadata, ...body }, '', isStored);
}
