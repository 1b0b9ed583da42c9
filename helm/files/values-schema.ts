import type { Json, JsonObject } from '../template/node.ts';
import { isEmpty, type ChartValue } from '../values/value.ts';

/**
 * Returns the text of values.schema.json. A value whose default is a non-empty string, a number or
 * a boolean is required, so that `null` does not remove it.
 */
export function valuesSchema(values: readonly ChartValue[]): string {
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    ...objectSchema(values, []),
  };
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

function objectSchema(values: readonly ChartValue[], parents: readonly string[]): JsonObject {
  const properties: Record<string, Json> = {};
  const required: string[] = [];
  // Helm passes the global values of a parent chart.
  if (parents.length === 0) properties.global = { type: 'object' };
  for (const value of values) {
    const [key = '', ...rest] = value.path.split('.').slice(parents.length);
    if (key in properties) continue;
    const path = [...parents, key];
    const nested = values.filter((other) => other.path.startsWith(`${path.join('.')}.`));
    const property =
      rest.length === 0
        ? { description: value.doc, default: value.default, ...value.schema }
        : objectSchema(nested, path);
    properties[key] = property;
    const isRequired = rest.length === 0 ? isRequiredScalar(value.default) : 'required' in property;
    if (isRequired) required.push(key);
  }
  return {
    type: 'object',
    additionalProperties: false,
    ...(required.length > 0 && { required }),
    properties,
  };
}

function isRequiredScalar(value: Json): boolean {
  return typeof value !== 'object' && (typeof value === 'boolean' || !isEmpty(value));
}
