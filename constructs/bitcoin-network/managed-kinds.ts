import type { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { groupName } from '../../bitcoin/plan/node-name.ts';
import type { Resource } from '../../kube/api/object.ts';
import { configMap } from './config-map.ts';
import type { NetworkContext } from './context.ts';
import { headlessService } from './headless-service.ts';
import { statefulSet } from './stateful-set.ts';

/**
 * A kind of object that networks consist of. Manifests, the controller's permissions, its cache,
 * apply and prune all follow from the declaration.
 */
export interface ManagedKind extends Resource {
  /**
   * Suffixes of the network's name in the names of these objects. An object with another name does
   * not belong to the network, whatever its labels and owner are.
   */
  readonly suffix: {
    /** Suffix of the object that every network has. @default none: every object is optional */
    readonly required?: string;
    /**
     * Suffixes of objects that depend on the spec. The controller deletes them when the spec no
     * longer needs them.
     */
    readonly optional: RegExp;
  };
  /** Adds the object of this kind that a network needs, if any. */
  readonly synthesize: (scope: Construct, context: NetworkContext) => readonly ApiObject[];
}

/**
 * Every kind that the controller manages, in the order in which objects are applied: a pod needs
 * its ConfigMap and its DNS name when it starts.
 */
export const managedKinds: readonly ManagedKind[] = [
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    plural: 'configmaps',
    namespaced: true,
    suffix: { required: '-config', optional: new RegExp(`^-config-${groupName}$`) },
    synthesize: (scope, context) => [configMap(scope, context)],
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    plural: 'services',
    namespaced: true,
    suffix: { required: '-svc', optional: new RegExp(`^-node-(${groupName}-)?\\d+$|^-rpc$`) },
    synthesize: (scope, context) => [headlessService(scope, context)],
  },
  {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    plural: 'statefulsets',
    namespaced: true,
    suffix: { required: '-sts', optional: new RegExp(`^-sts-${groupName}$`) },
    synthesize: (scope, context) => [statefulSet(scope, context)],
  },
];

/** Whether every network has the object with this name. */
export function isRequiredName({ suffix }: ManagedKind, network: string, name: string): boolean {
  return suffix.required !== undefined && name === network + suffix.required;
}

/** Whether the spec of the network determines if the object with this name exists. */
export function isOptionalName({ suffix }: ManagedKind, network: string, name: string): boolean {
  return name.startsWith(network) && suffix.optional.test(name.slice(network.length));
}
