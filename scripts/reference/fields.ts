import type { JsonSchema, ValidationRule } from '../../crds/index.ts';

/** A field of a schema. */
export interface Field {
  /**
   * Path of the field, such as `spec.nodes`. `[]` stands for every item of a list, and `[KEY]` for
   * every value of a map.
   */
  readonly path: string;
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
  /** The rules in CEL whose errors name the field. */
  readonly rules: readonly ValidationRule[];
  /** Whether a stored value cannot change. */
  readonly isImmutable: boolean;
}

type PlacedSchema = Pick<Field, 'path' | 'schema' | 'isRequired'>;

/** Returns the fields of a schema and of all that it contains, in the order of the schema. */
export function fieldsOf(root: JsonSchema): Field[] {
  const placed = [...schemasIn(root, '', false)];
  const rules = placed.flatMap(({ path, schema }) =>
    (schema['x-kubernetes-validations'] ?? []).map((rule) => ({ path, rule })),
  );
  const targetOf = ({ path, rule: { fieldPath = '' } }: (typeof rules)[number]) =>
    `${path}${fieldPath}`.replace(/^\./, '');
  return placed.map((field) => ({
    ...field,
    rules: rules.filter((rule) => targetOf(rule) === field.path).map(({ rule }) => rule),
    isImmutable: rules.some(({ path, rule }) => forbidsChange(rule, path, field.path)),
  }));
}

function* schemasIn(
  schema: JsonSchema,
  path: string,
  isRequired: boolean,
): Generator<PlacedSchema> {
  yield { path, schema, isRequired };
  const { items, additionalProperties, properties = {}, required = [] } = schema;
  if (items) yield* schemasIn(items, `${path}[]`, false);
  if (additionalProperties) yield* schemasIn(additionalProperties, `${path}[KEY]`, false);
  for (const [name, property] of Object.entries(properties)) {
    const child = path === '' ? name : `${path}.${name}`;
    yield* schemasIn(property, child, required.includes(name));
  }
}

/** Whether a rule compares the old and the new value of a field. */
function forbidsChange({ rule }: ValidationRule, path: string, field: string): boolean {
  if (field === path) return /^self == oldSelf$/.test(rule);
  const prefix = path === '' ? '' : `${path}.`;
  if (!field.startsWith(prefix)) return false;
  const member = `.${field.slice(prefix.length)}`;
  return rule.includes(`self${member} == oldSelf${member}`);
}

/** Returns the type of a value as the reference names it. */
export function typeName(schema: JsonSchema): string {
  const { type, format, items, additionalProperties } = schema;
  if (schema['x-kubernetes-int-or-string']) return 'integer or string';
  if (items) return `list of ${plural(typeName(items))}`;
  if (additionalProperties) return `map of ${plural(typeName(additionalProperties))}`;
  return format === undefined ? type! : `${type!} (${format})`;
}

function plural(type: string): string {
  if (type === 'integer or string') return 'integers or strings';
  return type.replace(/^(object|string|integer|list|map)/, '$1s');
}
