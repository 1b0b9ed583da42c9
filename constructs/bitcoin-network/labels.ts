import { apiGroup } from '../../crds/api-group.ts';

/** Label with the network of an object; the controller selects what it watches by it. */
export const networkLabel = `${apiGroup}/network`;

/** Label with the group of nodes inside a network; every network has the group `default`. */
export const groupLabel = `${apiGroup}/group`;

/** Annotation of the pod template that changes whenever nodes have to restart. */
export const checksumAnnotation = `${apiGroup}/checksum`;

/**
 * On a BitcoinNetwork: `"true"` lets the controller take over objects of its names that it did not
 * make.
 */
export const adoptAnnotation = `${apiGroup}/adopt`;

/** The controller's name: the value of the label managed-by, and the field manager of applies. */
export const controllerName = 'bitcoin-controller';

/**
 * The labels that select a network's pods. A StatefulSet's selector is immutable, so these are
 * final.
 */
export function selectorLabels(network: string): Record<string, string> {
  return { app: network, [networkLabel]: network, [groupLabel]: 'default' };
}

/**
 * Returns the labels of every object of a network, including the recommended labels of Kubernetes.
 * They are final too, because they are in the pod template. There is no label for a version, which
 * would change with the image.
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

/** Returns a selector in the form of kubectl and of the scale subresource. */
export function selectorString(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}
