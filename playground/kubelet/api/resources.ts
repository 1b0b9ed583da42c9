import type { Resource } from '../../../kube/api/object.ts';

function core(kind: string, plural: string, namespaced: boolean): Resource {
  return { apiVersion: 'v1', kind, plural, namespaced };
}

export const nodes = core('Node', 'nodes', false);
export const pods = core('Pod', 'pods', true);
export const secrets = core('Secret', 'secrets', true);
export const configMaps = core('ConfigMap', 'configmaps', true);
export const events = core('Event', 'events', true);
export const serviceAccounts = core('ServiceAccount', 'serviceaccounts', true);
export const leases: Resource = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
};
