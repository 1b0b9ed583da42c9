import {
  adoptAnnotation,
  checksumAnnotation,
  controllerName,
  groupLabel,
  networkLabel,
  objectLabels,
  rolloutAnnotation,
} from '../../constructs/bitcoin-network/labels.ts';
import { revisionLabel } from '../../controller/cache/workloads.ts';

/** A label or an annotation that the product reads or writes. */
export interface MetadataEntry {
  readonly name: string;
  /** The objects that have it. */
  readonly objects: string;
  readonly value: string;
  readonly access: 'reads' | 'writes' | 'reads and writes' | 'reads and removes';
  readonly meaning: string;
}

const networkValues = objectLabels('NAME');

/** Returns the entry of a label of every object of a network. */
const ofNetwork = (
  name: string,
  meaning: string,
  access: MetadataEntry['access'] = 'writes',
): MetadataEntry => ({
  ...{ name, meaning, access },
  objects: 'ConfigMap, Service, StatefulSet and pods of a network',
  value: networkValues[name]!,
});

/** The labels, those of networks first. */
export const labelEntries: readonly MetadataEntry[] = [
  ofNetwork(
    networkLabel,
    'Name of the network. The controller watches only objects that have the label.',
    'reads and writes',
  ),
  ofNetwork(groupLabel, 'Group of the nodes in the network. Every network has one group.'),
  ofNetwork(
    'app',
    'Name of the network, as in release 0.1.0. Services of users select pods by it.',
  ),
  ofNetwork('app.kubernetes.io/name', 'Name of the application.'),
  ofNetwork('app.kubernetes.io/instance', 'Name of the network.'),
  ofNetwork('app.kubernetes.io/component', 'Role of the objects in the network.'),
  ofNetwork('app.kubernetes.io/part-of', 'Purpose of the application.'),
  ofNetwork('app.kubernetes.io/managed-by', 'The field manager that applies the objects.'),
  {
    name: revisionLabel,
    objects: 'pods of a network',
    value: 'a revision of the StatefulSet',
    access: 'reads',
    meaning: 'Kubernetes sets it. A rollout replaces pods of older revisions.',
  },
  {
    name: 'app.kubernetes.io/name',
    objects: 'every object of dist/controller.yaml and dist/crd.yaml',
    value: controllerName,
    access: 'writes',
    meaning: 'Name of the application. The Deployment selects its pods by it.',
  },
  {
    name: 'app.kubernetes.io/managed-by',
    objects:
      'every object of dist/controller.yaml and dist/crd.yaml, and the Secret with the master key',
    value: controllerName,
    access: 'writes',
    meaning: 'The application that the objects belong to.',
  },
  {
    name: 'app.kubernetes.io/part-of',
    objects: 'CustomResourceDefinition',
    value: controllerName,
    access: 'writes',
    meaning: 'The application that the CustomResourceDefinition belongs to.',
  },
  {
    name: 'pod-security.kubernetes.io/enforce',
    objects: 'Namespace of the controller',
    value: 'restricted',
    access: 'writes',
    meaning: 'The Pod Security level that Kubernetes enforces for the pods in the namespace.',
  },
  ...['view', 'edit', 'admin'].map((role): MetadataEntry => ({
    name: `rbac.authorization.k8s.io/aggregate-to-${role}`,
    objects: `ClusterRole bitcoin-controller-${role}`,
    value: 'true',
    access: 'writes',
    meaning: `Kubernetes adds the permissions to the ClusterRole \`${role}\`.`,
  })),
];

/** The annotations, those that users set first. */
export const annotationEntries: readonly MetadataEntry[] = [
  {
    name: adoptAnnotation,
    objects: 'BitcoinNetwork, and an object with a name that the network needs',
    value: 'true',
    access: 'reads',
    meaning:
      'If both have it, the network adopts the object, which has no controller owner. Otherwise Ready is False with the reason ObjectExists.',
  },
  {
    name: rolloutAnnotation,
    objects: 'BitcoinNetwork',
    value: 'unguarded',
    access: 'reads and removes',
    meaning:
      'The controller replaces nodes although their chains cannot be queried or will be lost, and removes the annotation after the rollout. Do not set it in manifests that a GitOps tool applies.',
  },
  {
    name: checksumAnnotation,
    objects: 'pods of a network',
    value: 'a SHA-256 checksum',
    access: 'reads and writes',
    meaning:
      'Checksum of the configuration of bitcoind. A change of it restarts the nodes one at a time.',
  },
  {
    name: 'kubectl.kubernetes.io/default-container',
    objects: 'pods of a network',
    value: 'bitcoind',
    access: 'writes',
    meaning: 'The container that `kubectl logs` and `kubectl exec` use.',
  },
];
