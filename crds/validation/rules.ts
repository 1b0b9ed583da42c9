import { Environment, type ParseResult } from '@marcbachmann/cel-js';
import type { JsonSchema } from '../index.ts';
import type { FieldError } from './field-error.ts';
import { Quantity } from './quantity.ts';
import { isObject, propertySchema } from './structure.ts';

/** The rule language, with as much of what the API server adds to it as the rules in crds/ use. */
const language = new Environment()
  .registerVariable('self', 'dyn')
  .registerType('Quantity', Quantity)
  .registerFunction('quantity(string): Quantity', (text: string) => new Quantity(text))
  .registerFunction('Quantity.compareTo(Quantity): int', (a: Quantity, b: Quantity) =>
    a.compareTo(b),
  );

const parsed = new Map<string, ParseResult>();

function holds(rule: string, self: unknown): boolean {
  let program = parsed.get(rule);
  if (!program) {
    program = language.parse(rule);
    parsed.set(rule, program);
  }
  return program({ self }) === true;
}

/**
 * Evaluates the x-kubernetes-validations rules of a schema on a value that is known to have the
 * schema's structure.
 */
export function checkRules(schema: JsonSchema, value: unknown, field: string): FieldError[] {
  const self = bound(schema, value);
  const errors = (schema['x-kubernetes-validations'] ?? [])
    .filter(({ rule }) => !holds(rule, self))
    .map(({ message, fieldPath = '' }) => ({
      field: `${field}${fieldPath}`.replace(/^\./, ''),
      message,
    }));
  return errors.concat(checkRulesWithin(schema, value, field));
}

function checkRulesWithin(schema: JsonSchema, value: unknown, field: string): FieldError[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => checkRules(schema.items!, item, `${field}[${index}]`));
  }
  if (!isObject(value)) return [];
  const { additionalProperties: valueSchema, properties = {} } = schema;
  return Object.entries(value).flatMap(([name, item]) => {
    if (valueSchema) return checkRules(valueSchema, item, `${field}[${name}]`);
    const property = properties[name];
    return property ? checkRules(property, item, field === '' ? name : `${field}.${name}`) : [];
  });
}

/**
 * The value as rules see it: integers are ints, `-` in the name of a field is spelt out, and objects
 * are Maps, so that an option called `constructor` is a key like any other.
 */
function bound(schema: JsonSchema | undefined, value: unknown): unknown {
  if (typeof value === 'number') return BigInt(value);
  if (Array.isArray(value)) return value.map((item) => bound(schema?.items, item));
  if (!isObject(value)) return value;
  return new Map(
    Object.entries(value).map(([name, item]) => [
      schema?.properties ? name.replaceAll('-', '__dash__') : name,
      bound(schema && propertySchema(schema, name), item),
    ]),
  );
}
