import { apiGroup, crdNames } from '../../crds/api-group.ts';
import type { Resource } from '../../kube/index.ts';

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

export const configMaps = coreResource('ConfigMap', 'configmaps');
export const services = coreResource('Service', 'services');
export const pods = coreResource('Pod', 'pods');
export const secrets = coreResource('Secret', 'secrets');
export const nodes: Resource = { ...coreResource('Node', 'nodes'), namespaced: false };

function coreResource(kind: string, plural: string): Resource {
  return { apiVersion: 'v1', kind, plural, namespaced: true };
}
