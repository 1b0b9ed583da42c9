import * as fc from 'fast-check';

const member = fc.oneof(
  fc.string().map((text) => `f:${text}`),
  fc.json().map((text) => `k:${text}`),
  fc.json().map((text) => `v:${text}`),
  fc.constantFrom('.', 'f:metadata', 'f:finalizers', 'f:data', 'f:items', 'k:{', 'v:'),
);

/** Any fieldsV1 of managedFields, including malformed ones. */
export const { fields: fieldsV1 } = fc.letrec<{ fields: Record<string, object> }>((tie) => ({
  fields: fc.dictionary(member, fc.oneof({ maxDepth: 4 }, fc.constant({}), tie('fields')), {
    maxKeys: 5,
  }),
}));
