import type { Resource } from '../../kube/api/object.ts';

export const configMaps: Resource = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
};
