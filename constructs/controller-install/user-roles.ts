import { ApiResource, ClusterRole } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { apiGroup, crdNames } from '../../crds/api-group.ts';
import type { InstallContext } from './install-context.ts';

const read = ['get', 'list', 'watch'];
const write = ['create', 'update', 'patch', 'delete', 'deletecollection'];
const change = ['update', 'patch'];

/** Verbs on networks and on their subresources. */
interface NetworkVerbs {
  readonly networks: readonly string[];
  /** `kubectl scale` reads and writes this subresource. */
  readonly scale: readonly string[];
  /** A write of the status hands a network over to another controller. */
  readonly status: readonly string[];
}

/** The permissions of users, by the role of Kubernetes that they extend. */
const userVerbs: Readonly<Record<'view' | 'edit' | 'admin', NetworkVerbs>> = {
  view: { networks: read, scale: ['get'], status: ['get'] },
  edit: { networks: [...read, ...write], scale: ['get', ...change], status: ['get'] },
  admin: { networks: [...read, ...write], scale: ['get', ...change], status: ['get', ...change] },
};

/**
 * The ClusterRoles of users. Kubernetes adds each one to its own role `view`, `edit` or `admin`.
 * Each one is complete, so that it can be bound without the role of Kubernetes too.
 */
export function userClusterRoles(scope: Construct, { metadata }: InstallContext): void {
  const { plural } = crdNames;
  for (const [role, { networks, scale, status }] of Object.entries(userVerbs)) {
    const labels = {
      ...metadata.labels,
      [`rbac.authorization.k8s.io/aggregate-to-${role}`]: 'true',
    };
    const result = new ClusterRole(scope, `user-role-${role}`, {
      metadata: { ...metadata, name: `bitcoin-controller-${role}`, labels },
    });
    const allow = (verbs: readonly string[], resourceType: string) => {
      result.allow([...verbs], ApiResource.custom({ apiGroup, resourceType }));
    };
    allow(networks, plural);
    allow(scale, `${plural}/scale`);
    allow(status, `${plural}/status`);
  }
}
