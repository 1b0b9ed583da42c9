import { Environment, Optional, type ParseResult } from '@marcbachmann/cel-js';
import { parseQuantity } from '../../kube/api/quantity.ts';
import type { JsonSchema } from '../index.ts';
import type { FieldError } from './field-error.ts';
import { isObject, propertySchema } from './structure.ts';

/** A non-negative quantity in CEL. */
class Quantity {
  readonly #value: bigint;

  /** @throws Error if the text is not a quantity or has a sign */
  constructor(text: string) {
    const value = /^[+-]/.test(text) ? undefined : parseQuantity(text);
    if (value === undefined) throw new Error(`not a quantity: ${text}`);
    this.#value = value;
  }

  /** Returns -1, 0 or 1 if this quantity is less than, equal to or greater than the other. */
  compareTo(other: Quantity): bigint {
    if (this.#value === other.#value) return 0n;
    return this.#value < other.#value ? -1n : 1n;
  }
}

/** CEL with those extensions of the API server that the rules in crds/ use. */
const language = new Environment({ enableOptionalTypes: true })
  .registerVariable('self', 'dyn')
  .registerVariable('oldSelf', 'optional')
  .registerType('Quantity', Quantity)
  .registerFunction('quantity(string): Quantity', (text: string) => new Quantity(text))
  .registerFunction('Quantity.compareTo(Quantity): int', (a: Quantity, b: Quantity) =>
    a.compareTo(b),
  );

const programs = new Map<string, ParseResult>();

/** The variables of a rule. */
interface Variables {
  readonly self: unknown;
  readonly oldSelf: Optional;
}

function evaluate(expression: string, variables: Variables): unknown {
  let program = programs.get(expression);
  if (!program) {
    program = language.parse(expression);
    programs.set(expression, program);
  }
  return program({ ...variables });
}

/**
 * Evaluates the x-kubernetes-validations rules of a schema.
 *
 * @param value a value without structural errors
 * @param field the path of the value, which the errors name
 * @param isStored whether the value is stored already, so that it is also the old value
 */
export function checkRules(
  schema: JsonSchema,
  value: unknown,
  field: string,
  isStored = false,
): FieldError[] {
  const self = celValue(schema, value);
  const variables = { self, oldSelf: isStored ? Optional.of(self) : Optional.none() };
  const errors = (schema['x-kubernetes-validations'] ?? [])
    .filter(({ rule }) => evaluate(rule, variables) !== true)
    .map(({ message, fieldPath = '' }) => ({
      field: `${field}${fieldPath}`.replace(/^\./, ''),
      message,
    }));
  return errors.concat(checkRulesWithin(schema, value, field, isStored));
}

function checkRulesWithin(
  schema: JsonSchema,
  value: unknown,
  field: string,
  isStored: boolean,
): FieldError[] {
  const check = (part: JsonSchema, item: unknown, path: string) =>
    checkRules(part, item, path, isStored);
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => check(schema.items!, item, `${field}[${index}]`));
  }
  if (!isObject(value)) return [];
  const { additionalProperties: valueSchema, properties = {} } = schema;
  return Object.entries(value).flatMap(([name, item]) => {
    if (valueSchema) return check(valueSchema, item, `${field}[${name}]`);
    const property = properties[name];
    return property ? check(property, item, field === '' ? name : `${field}.${name}`) : [];
  });
}

/**
 * Converts a value to CEL: integers become ints, `-` in field names is escaped, and objects become
 * Maps, so that an option named `constructor` is a key like any other.
 */
function celValue(schema: JsonSchema | undefined, value: unknown): unknown {
  if (typeof value === 'number') return BigInt(value);
  if (Array.isArray(value)) return value.map((item) => celValue(schema?.items, item));
  if (!isObject(value)) return value;
  return new Map(
    Object.entries(value).map(([name, item]) => [
      schema?.properties ? name.replaceAll('-', '__dash__') : name,
      celValue(schema && propertySchema(schema, name), item),
    ]),
  );
}
