import type { JsonSchema } from '../index.ts';
import { isObject, propertySchema } from './structure.ts';

/**
 * Returns a copy of the value in which every absent field has its default. A field that is null
 * counts as absent, as in the API server.
 */
export function defaulted(schema: JsonSchema | undefined, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => defaulted(schema?.items, item));
  if (!isObject(value)) return value;
  const copy = new Map<string, unknown>();
  for (const [name, item] of Object.entries(value)) {
    const property = schema && propertySchema(schema, name);
    const absent = item === undefined || (item === null && property !== undefined);
    if (!absent) copy.set(name, defaulted(property, item));
  }
  for (const [name, property] of Object.entries(schema?.properties ?? {})) {
    if (property.default !== undefined && !copy.has(name)) {
      copy.set(name, defaulted(property, property.default));
    }
  }
  return Object.fromEntries(copy);
}
