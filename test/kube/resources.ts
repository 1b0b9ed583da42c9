import type { Resource } from '../../kube/api/object.ts';

/** The resource that the fake API server serves. */
export const configMaps: Resource = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
};
