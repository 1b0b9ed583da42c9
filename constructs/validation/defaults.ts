import { v1, type JsonSchema } from '../../crds/index.ts';
import type { BitcoinNetwork, BitcoinNetworkSpec } from '../../imports/bitcoin-network.ts';
import { isObject, propertySchema } from './structure.ts';

/** A BitcoinNetwork as the API server stores it. */
export type DefaultedBitcoinNetwork = BitcoinNetwork & {
  spec: Required<Pick<BitcoinNetworkSpec, 'image' | 'imagePullPolicy' | 'resources'>>;
};

/** A copy of a valid network with the schema's defaults for what it leaves out. */
export function withDefaults(network: BitcoinNetwork): DefaultedBitcoinNetwork {
  return defaulted(v1, network) as DefaultedBitcoinNetwork;
}

/**
 * A copy of the value in which each absent field has its default. A field that is null counts as
 * absent, as it does for the API server.
 */
export function defaulted(schema: JsonSchema | undefined, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => defaulted(schema?.items, item));
  if (!isObject(value)) return value;
  const copy = new Map<string, unknown>();
  for (const [name, item] of Object.entries(value)) {
    const property = schema && propertySchema(schema, name);
    const absent = item === undefined || (item === null && property !== undefined);
    if (!absent) copy.set(name, defaulted(property, item));
  }
  for (const [name, property] of Object.entries(schema?.properties ?? {})) {
    if (property.default !== undefined && !copy.has(name)) {
      copy.set(name, defaulted(property, property.default));
    }
  }
  return Object.fromEntries(copy);
}
