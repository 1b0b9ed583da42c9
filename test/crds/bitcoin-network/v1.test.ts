import { v1, type JsonSchema } from '../../../crds/index.ts';

/** Every schema below v1, by path; metadata is Kubernetes' own. */
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
const written = all.filter(([path]) => /^\.(spec|status)/.test(path));

/** Whether the cost of a rule that looks at all of it can be estimated. */
function isBounded(schema: JsonSchema): boolean {
  if (schema.type === 'array') return schema.maxItems !== undefined;
  if (schema.additionalProperties) return schema.maxProperties !== undefined;
  const isText = schema.type === 'string' || schema['x-kubernetes-int-or-string'];
  return !isText || (schema.maxLength ?? schema.enum ?? schema.format) !== undefined;
}

describe('schema v1', () => {
  test('bounds every list, map and string', () => {
    const unbounded = written.filter(([, schema]) => !isBounded(schema));
    expect(unbounded.map(([path]) => path)).toEqual([]);
  });

  test('describes every field', () => {
    const bare = all.filter(([path, { description }]) => !/[\]}]$/.test(path) && !description);
    expect(bare.map(([path]) => path)).toEqual([]);
  });

  test('states every default in the description, for the schema itself is not what users read', () => {
    const scalars = all.filter(([, schema]) => typeof schema.default === 'string');
    for (const [, schema] of scalars) {
      expect(schema.description).toContain(`Default: ${String(schema.default)}.`);
    }
    expect(scalars.map(([path]) => path)).toEqual(['.spec.image', '.spec.imagePullPolicy']);
  });
});
