import { defaultGroup } from '../../bitcoin/plan/node-name.ts';
import { apiGroup } from '../../crds/api-group.ts';

/** Label with the network of an object; the controller watches only objects that have it. */
export const networkLabel = `${apiGroup}/network`;

/** Label with the group of nodes inside a network; every network has the group `default`. */
export const groupLabel = `${apiGroup}/group`;

/** Annotation of the pod template that changes whenever nodes have to restart. */
export const checksumAnnotation = `${apiGroup}/checksum`;

/**
 * Annotation of a BitcoinNetwork and of an object that has the name of one of the network's
 * objects. With the value `"true"` on both, the network adopts the object. The author of a network
 * may have no permission to change the object, so the object's own annotation is its consent.
 */
export const adoptAnnotation = `${apiGroup}/adopt`;

/** The controller's name: the value of the label managed-by, and the field manager of applies. */
export const controllerName = 'bitcoin-controller';

/**
 * Returns the labels that select a network's pods. They must not change, because the selector of a
 * StatefulSet is immutable.
 */
export function selectorLabels(network: string): Record<string, string> {
  return { app: network, [networkLabel]: network, [groupLabel]: defaultGroup };
}

/**
 * Returns the labels of every object of a network, including the recommended labels of Kubernetes.
 * They must not change either, because they are in the pod template. They do not include a version,
 * which would change with the image.
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
