import { isDeepStrictEqual } from 'node:util';
import { App, Chart } from 'cdk8s';
import { BitcoinNetwork } from '../../constructs/index.ts';
import type { BitcoinNetwork as BitcoinNetworkResource } from '../../imports/bitcoin-network.ts';
import { locateField, withoutField, withValue } from './field-path.ts';
import type { Field } from './fields.ts';

/**
 * Whether a change of a field replaces the pods of nodes that remain. The StatefulSet controller
 * replaces pods if their template changes.
 *
 * @param resource a network that has the field
 * @throws Error if the network does not have the field
 */
export function restartsNodes(
  resource: BitcoinNetworkResource,
  field: Pick<Field, 'path' | 'isRequired'>,
): boolean {
  return !isDeepStrictEqual(podTemplate(resource), podTemplate(withChange(resource, field)));
}

/** Returns the template of a network's pods, with the checksum annotation. */
export function podTemplate({ metadata, spec }: BitcoinNetworkResource): unknown {
  const chart = new Chart(new App(), 'reference');
  const { statefulSet } = new BitcoinNetwork(chart, metadata.name, spec);
  return (statefulSet.toJson() as { spec: { template: unknown } }).spec.template;
}

/** Returns a copy of a network without a field, or with another value if the field is required. */
function withChange(
  resource: BitcoinNetworkResource,
  { path, isRequired }: Pick<Field, 'path' | 'isRequired'>,
): BitcoinNetworkResource {
  if (!isRequired) return withoutField(resource, path);
  const { parent, key } = locateField(resource, path);
  const value = (parent as Record<string, unknown>)[key];
  return withValue(resource, path, typeof value === 'number' ? value + 1 : `${String(value)}x`);
}
