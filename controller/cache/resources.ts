import { apiGroup, crdNames } from '../../crds/api-group.ts';
import type { Resource } from '../../kube/api/object.ts';

export const bitcoinNetworks: Resource = {
  apiVersion: `${apiGroup}/v1`,
  kind: crdNames.kind,
  plural: crdNames.plural,
  namespaced: true,
};

export const pods: Resource = { apiVersion: 'v1', kind: 'Pod', plural: 'pods', namespaced: true };
