import type { Json, JsonObject } from '../template/node.ts';

/** A value of the chart, as values.yaml, values.schema.json and the README describe it. */
export interface ChartValue {
  /** The keys that lead to the value, joined by dots. */
  readonly path: string;
  readonly default: Json;
  /** Its JSON schema (draft 7). */
  readonly schema: JsonObject;
  /** Description in Markdown, in full sentences. */
  readonly doc: string;
}

/** The values of a release: the defaults, and what the user sets. */
export type Values = JsonObject;

/** Returns the value at a path, or undefined if it does not exist. */
export function valueAt(values: Values, path: string): Json | undefined {
  return path
    .split('.')
    .reduce<Json | undefined>(
      (value, key) =>
        typeof value === 'object' && value !== null ? (value as JsonObject)[key] : undefined,
      values,
    );
}

/** Whether Helm treats a value as false: an empty string, list or map, 0, false and null. */
export function isEmpty(value: Json | undefined): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return value === undefined || value === null || value === '' || value === 0 || value === false;
}

/** Returns nested values with a value added at a path. */
export function withValue(values: Values, path: string, value: Json): Values {
  const [key = '', ...rest] = path.split('.');
  if (rest.length === 0) return { ...values, [key]: value };
  const nested = (values[key] ?? {}) as Values;
  return { ...values, [key]: withValue(nested, rest.join('.'), value) };
}
