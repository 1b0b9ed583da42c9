import { apiGroup } from '../../crds/api-group.ts';

/** Names the network that an object belongs to; the controller watches by it. */
export const networkLabel = `${apiGroup}/network`;

/** Names the group of nodes inside a network; every network has the group `default`. */
export const groupLabel = `${apiGroup}/group`;

/** On the pod template: changes whenever nodes have to restart. */
export const checksumAnnotation = `${apiGroup}/checksum`;

/**
 * On a BitcoinNetwork: `"true"` lets the controller take over objects of its names that it did not
 * make.
 */
export const adoptAnnotation = `${apiGroup}/adopt`;

/** Who writes the objects: label value and server-side apply's field manager. */
export const controllerName = 'bitcoin-controller';

/**
 * The labels that select a network's pods. A StatefulSet's selector is immutable, so these are
 * final.
 */
export function selectorLabels(network: string): Record<string, string> {
  return { app: network, [networkLabel]: network, [groupLabel]: 'default' };
}

/**
 * The labels of every object of a network, those that the field recommends among
 * them. They are in the pod template, so they are final too; a version, which
 * would change with the image, is not one of them.
 */
export function objectLabels(network: string): Record<string, string> {
  return {
    ...selectorLabels(network),
    'app.kubernetes.io/name': 'bitcoind',
    'app.kubernetes.io/instance': network,
    'app.kubernetes.io/component': 'node',
    'app.kubernetes.io/part-of': 'bitcoin-network',
    'app.kubernetes.io/managed-by': controllerName,
  };
}

/** A selector in the form that kubectl and the scale subresource take. */
export function selectorString(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}
