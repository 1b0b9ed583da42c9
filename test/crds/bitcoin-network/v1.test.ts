import { v1, type JsonSchema } from '../../../crds/index.ts';

/** Yields every schema below v1 with its path, except those of metadata. */
function* schemas(schema: JsonSchema, path: string): Generator<[path: string, schema: JsonSchema]> {
  yield [path, schema];
  const { items, additionalProperties, properties = {} } = schema;
  if (items) yield* schemas(items, `${path}[]`);
  if (additionalProperties) yield* schemas(additionalProperties, `${path}{}`);
  for (const [name, property] of Object.entries(properties)) {
    if (path !== '' || name !== 'metadata') yield* schemas(property, `${path}.${name}`);
  }
}

const all = [...schemas(v1, '')];
const specAndStatus = all.filter(([path]) => /^\.(spec|status)/.test(path));

/** Whether the API server can estimate the cost of a rule that reads the whole value. */
function isBounded(schema: JsonSchema): boolean {
  if (schema.type === 'array') return schema.maxItems !== undefined;
  if (schema.additionalProperties) return schema.maxProperties !== undefined;
  const holdsString = schema.type === 'string' || schema['x-kubernetes-int-or-string'];
  return !holdsString || (schema.maxLength ?? schema.enum ?? schema.format) !== undefined;
}

describe('schema v1', () => {
  test('bounds every list, map and string', () => {
    const unbounded = specAndStatus.filter(([, schema]) => !isBounded(schema));
    expect(unbounded.map(([path]) => path)).toEqual([]);
  });

  test('describes every field', () => {
    const undescribed = all.filter(
      ([path, { description }]) => !/[\]}]$/.test(path) && !description,
    );
    expect(undescribed.map(([path]) => path)).toEqual([]);
  });

  test('states every string default in the description of its field', () => {
    const scalars = all.filter(([, schema]) => typeof schema.default === 'string');
    for (const [, schema] of scalars) {
      expect(schema.description).toContain(`Default: ${String(schema.default)}.`);
    }
    expect(scalars.map(([path]) => path)).toEqual(['.spec.image', '.spec.imagePullPolicy']);
  });
});
