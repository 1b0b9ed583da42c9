import type { Resource } from '../../kube/api/object.ts';

function core(kind: string, plural: string, namespaced: boolean): Resource {
  return { apiVersion: 'v1', kind, plural, namespaced };
}

export const NODES = core('Node', 'nodes', false);
export const PODS = core('Pod', 'pods', true);
export const SECRETS = core('Secret', 'secrets', true);
export const CONFIG_MAPS = core('ConfigMap', 'configmaps', true);
export const EVENTS = core('Event', 'events', true);
export const SERVICE_ACCOUNTS = core('ServiceAccount', 'serviceaccounts', true);
export const LEASES: Resource = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
};
