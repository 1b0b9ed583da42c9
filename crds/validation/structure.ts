import { isDeepStrictEqual } from 'node:util';
import type { JsonSchema } from '../index.ts';
import type { FieldError } from './field-error.ts';

type JsonObject = Record<string, unknown>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Checks a value against a structural schema without its x-kubernetes-validations rules, as the API
 * server does with fieldValidation=Strict: a field that the schema does not define is an error.
 *
 * A JSON Schema library would save little: rules and defaults traverse the schema anyway, and
 * int-or-string, list maps and the API server's field paths would each need an extension.
 *
 * @param value a value with its defaults
 * @param field the path of the value, which the errors name
 */
export function checkStructure(schema: JsonSchema, value: unknown, field: string): FieldError[] {
  const types = schema['x-kubernetes-int-or-string'] ? ['integer', 'string'] : [schema.type!];
  if (!types.some((type) => hasType(type, value))) {
    const message = `must be of type ${types.join(' or ')}: ${typeName(value)}`;
    return [{ field, message: message + hintFor(schema, value) }];
  }
  if (typeof value === 'string') return checkString(schema, value, field);
  if (typeof value === 'number') return checkNumber(schema, value, field);
  if (Array.isArray(value)) return checkList(schema, value, field);
  if (isObject(value)) return checkObject(schema, value, field);
  return [];
}

function hasType(type: string, value: unknown): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isObject(value);
  return typeof value === type;
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** Returns what to write instead of a value that YAML reads as another type. */
function hintFor(schema: JsonSchema, value: unknown): string {
  if (!schema['x-kubernetes-int-or-string']) return '';
  if (typeof value === 'boolean') return '; write 1 for true and 0 for false';
  return typeof value === 'number' ? `; write the fraction in quotes: "${value}"` : '';
}

function checkString(schema: JsonSchema, value: string, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (schema.maxLength !== undefined && Array.from(value).length > schema.maxLength) {
    errors.push({
      field,
      message: `Too long: may not be more than ${schema.maxLength} characters`,
    });
  }
  if (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(value)) {
    errors.push({ field, message: `Invalid value: "${value}": should match '${schema.pattern}'` });
  }
  if (schema.enum && !schema.enum.includes(value)) {
    const supported = schema.enum.map((name) => `"${name}"`).join(', ');
    errors.push({
      field,
      message: `Unsupported value: "${value}": supported values: ${supported}`,
    });
  }
  return errors;
}

function checkNumber(schema: JsonSchema, value: number, field: string): FieldError[] {
  if (schema.minimum !== undefined && value < schema.minimum) {
    return [{ field, message: `should be greater than or equal to ${schema.minimum}` }];
  }
  if (schema.maximum !== undefined && value > schema.maximum) {
    return [{ field, message: `should be less than or equal to ${schema.maximum}` }];
  }
  return [];
}

function checkList(schema: JsonSchema, list: readonly unknown[], field: string): FieldError[] {
  const errors = tooMany(list.length, schema.maxItems, field);
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const keyOf = (item: unknown): JsonObject =>
    Object.fromEntries(keys.map((key) => [key, isObject(item) ? item[key] : undefined]));
  for (const [index, item] of list.entries()) {
    errors.push(...checkStructure(schema.items!, item, `${field}[${index}]`));
    const key = keyOf(item);
    const earlier = list.slice(0, index).map(keyOf);
    if (keys.length > 0 && earlier.some((other) => isDeepStrictEqual(other, key))) {
      errors.push({
        field: `${field}[${index}]`,
        message: `Duplicate value: ${JSON.stringify(key)}`,
      });
    }
  }
  return errors;
}

function checkObject(schema: JsonSchema, value: JsonObject, field: string): FieldError[] {
  const child = (name: string): string => (field === '' ? name : `${field}.${name}`);
  const errors = tooMany(Object.keys(value).length, schema.maxProperties, field);
  for (const name of schema.required ?? []) {
    if (value[name] === undefined) errors.push({ field: child(name), message: 'Required value' });
  }
  for (const [name, item] of Object.entries(value)) {
    const property = propertySchema(schema, name);
    if (property) errors.push(...checkStructure(property, item, child(name)));
    else errors.push({ field: child(name), message: `unknown field "${child(name)}"` });
  }
  return errors;
}

function tooMany(count: number, maximum: number | undefined, field: string): FieldError[] {
  if (maximum === undefined || count <= maximum) return [];
  return [{ field, message: `Too many: ${count}: must have at most ${maximum} items` }];
}

/** Returns the schema of a field of an object, or of a value of a map. */
export function propertySchema(schema: JsonSchema, name: string): JsonSchema | undefined {
  const { properties = {}, additionalProperties } = schema;
  return Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
}
