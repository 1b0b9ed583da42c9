import { isDeepStrictEqual } from 'node:util';
import { App, Chart } from 'cdk8s';
import { BitcoinNetwork } from '../../constructs/index.ts';
import type { BitcoinNetwork as BitcoinNetworkResource } from '../../imports/bitcoin-network.ts';
import { changeField } from './field-path.ts';
import type { Field } from './fields.ts';

/**
 * Whether a change of a field replaces the pods of nodes that remain. The StatefulSet controller
 * replaces pods if their template changes. The change is another value for a required field, and
 * the removal of any other.
 *
 * @param resource a network that has the field
 * @throws Error if the network does not have the field
 */
export function restartsNodes(
  resource: BitcoinNetworkResource,
  { path, isRequired }: Pick<Field, 'path' | 'isRequired'>,
): boolean {
  const changed = changeField(resource, path, (value) =>
    isRequired ? otherValue(value) : undefined,
  );
  return !isDeepStrictEqual(podTemplate(resource), podTemplate(changed));
}

/** Returns the template of a network's pods, with the checksum annotation. */
export function podTemplate({ metadata, spec }: BitcoinNetworkResource): unknown {
  const chart = new Chart(new App(), 'reference');
  const { statefulSet } = new BitcoinNetwork(chart, metadata.name, spec);
  return (statefulSet.toJson() as { spec: { template: unknown } }).spec.template;
}

function otherValue(value: unknown): unknown {
  return typeof value === 'number' ? value + 1 : `${String(value)}x`;
}
