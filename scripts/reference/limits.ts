import type { JsonSchema } from '../../crds/index.ts';
import { checkStructure } from '../../crds/validation/structure.ts';
import type { Field } from './fields.ts';

/** A limit of a field. */
export interface Limit {
  /** The limit in words. */
  readonly text: string;
  /** A value that violates it. */
  readonly violation: unknown;
  /** The part of the API server's message that does not depend on the value. */
  readonly message: string;
}

type Violations = readonly (readonly [text: string, violation: unknown] | false)[];

/** Returns the limits of a field that its schema states without CEL. */
export function limitsOf({ path, schema }: Pick<Field, 'path' | 'schema'>): Limit[] {
  const violations = [
    ...numberViolations(schema),
    ...stringViolations(schema),
    ...sizeViolations(schema),
  ].filter((entry) => entry !== false);
  return violations.map(([text, violation]) => ({
    text,
    violation,
    message: messageFor(schema, violation, path),
  }));
}

function numberViolations({ minimum, maximum }: JsonSchema): Violations {
  return [
    minimum !== undefined && [`at least ${minimum}`, minimum - 1],
    maximum !== undefined && [`at most ${maximum}`, maximum + 1],
  ];
}

function stringViolations({ minLength, maxLength, pattern, enum: values }: JsonSchema): Violations {
  return [
    minLength !== undefined && [`at least ${count(minLength, 'character')}`, ''],
    maxLength !== undefined && [
      `at most ${count(maxLength, 'character')}`,
      'a'.repeat(maxLength + 1),
    ],
    pattern !== undefined && [`matches \`${pattern}\``, ' '],
    values !== undefined && [`one of ${values.join(', ')}`, 'Other'],
  ];
}

function sizeViolations(schema: JsonSchema): Violations {
  const { maxItems, maxProperties, additionalProperties } = schema;
  const keys = schema['x-kubernetes-list-map-keys'];
  const numbers = (length: number) => Array.from({ length }, (_, index) => index);
  const item = (index: number) =>
    keys ? Object.fromEntries(keys.map((key) => [key, `a${index}`])) : index;
  const value = (index: number) => (additionalProperties?.items ? [index] : index);
  return [
    maxItems !== undefined && [
      `at most ${count(maxItems, 'item')}`,
      numbers(maxItems + 1).map(item),
    ],
    maxProperties !== undefined && [
      `at most ${count(maxProperties, 'entry', 'entries')}`,
      Object.fromEntries(numbers(maxProperties + 1).map((index) => [`key${index}`, value(index)])),
    ],
    keys !== undefined && [`no two items with the same ${keys.join(', ')}`, [item(0), item(0)]],
  ];
}

/** @throws Error if the schema accepts the value */
function messageFor(schema: JsonSchema, violation: unknown, path: string): string {
  const [error] = checkStructure(schema, violation, path).filter(({ field }) =>
    [path, `${path}[1]`].includes(field),
  );
  if (!error) throw new Error(`${path} accepts ${JSON.stringify(violation)}`);
  // The API server says bytes, although it counts characters.
  return error.message.replace(/^Invalid value: ".*?": /, '').replace(/characters$/, 'bytes');
}

function count(number: number, singular: string, plural = `${singular}s`): string {
  return `${number} ${number === 1 ? singular : plural}`;
}
