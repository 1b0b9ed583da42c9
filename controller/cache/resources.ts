import { apiGroup, crdNames } from '../../crds/api-group.ts';
import type { Resource } from '../../kube/api/object.ts';

/** Networks, by name in every namespace. */
export const bitcoinNetworks: Resource = {
  apiVersion: `${apiGroup}/v1`,
  kind: crdNames.kind,
  plural: crdNames.plural,
  namespaced: true,
};

export const statefulSets: Resource = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  plural: 'statefulsets',
  namespaced: true,
};

export const services: Resource = {
  apiVersion: 'v1',
  kind: 'Service',
  plural: 'services',
  namespaced: true,
};

export const configMaps: Resource = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
};

export const pods: Resource = { apiVersion: 'v1', kind: 'Pod', plural: 'pods', namespaced: true };

export const secrets: Resource = {
  apiVersion: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  namespaced: true,
};
