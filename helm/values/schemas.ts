import type { JsonObject } from '../template/node.ts';

/** A map such as labels. */
export const mapOfStrings: JsonObject = {
  type: 'object',
  additionalProperties: { type: 'string' },
};

/** Quantities of resources by their names. */
export const quantities: JsonObject = {
  type: 'object',
  additionalProperties: { type: ['string', 'number'] },
};

/** A toleration of core/v1. */
export const tolerationSchema: JsonObject = {
  type: 'object',
  properties: {
    key: { type: 'string' },
    operator: { type: 'string' },
    value: { type: 'string' },
    effect: { type: 'string' },
    tolerationSeconds: { type: 'integer' },
  },
  additionalProperties: false,
};

/** An affinity of core/v1. The API server validates its rules. */
export const affinitySchema: JsonObject = {
  type: 'object',
  properties: {
    nodeAffinity: { type: 'object' },
    podAffinity: { type: 'object' },
    podAntiAffinity: { type: 'object' },
  },
  additionalProperties: false,
};
