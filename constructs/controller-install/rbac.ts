import type { Construct } from 'constructs';
import {
  ApiResource,
  ClusterRole,
  ClusterRoleBinding,
  Role,
  RoleBinding,
  Secret,
  type ServiceAccount,
} from 'cdk8s-plus-27';
import { group, names } from '../../crds/names.ts';
import { clusterRoleName, controllerNamespace, leaseName, masterKeySecret } from './names.ts';

const resource = (apiGroup: string, resourceType: string) =>
  ApiResource.custom({ apiGroup, resourceType });

const leases = { apiGroup: 'coordination.k8s.io', resourceType: 'leases' };

/**
 * What the controller may do in every namespace: read and write what it makes
 * for a network, and read what comes of it. Server-side apply is a patch, which
 * needs `create` for an object that is not there. Deleting is left to the
 * garbage collector, Secrets to their users.
 */
export function clusterRole(
  scope: Construct,
  labels: Record<string, string>,
  account: ServiceAccount,
): ClusterRole {
  const role = new ClusterRole(scope, 'cluster-role', {
    metadata: { name: clusterRoleName, labels },
  });
  role.allow(['get', 'list', 'watch'], resource(group, names.plural));
  role.allow(['patch'], resource(group, `${names.plural}/status`));
  // Owner references that block deletion need it where that is enforced, as on OpenShift.
  role.allow(['update'], resource(group, `${names.plural}/finalizers`));
  const written = [
    resource('apps', 'statefulsets'),
    resource('', 'services'),
    resource('', 'configmaps'),
  ];
  role.allow(['get', 'list', 'watch', 'create', 'patch'], ...written);
  role.allow(['get', 'list', 'watch'], resource('', 'pods'));
  // A repeated event is counted by a patch.
  role.allow(['create', 'patch'], resource('events.k8s.io', 'events'));
  new ClusterRoleBinding(scope, 'cluster-role-binding', {
    metadata: { name: clusterRoleName, labels },
    role,
  }).addSubjects(account);
  return role;
}

/** What it may do in its own namespace: make and read the Secret with its master key, make and hold its Lease. */
export function role(
  scope: Construct,
  labels: Record<string, string>,
  account: ServiceAccount,
): Role {
  const metadata = { name: clusterRoleName, namespace: controllerNamespace, labels };
  const own = new Role(scope, 'role', { metadata });
  own.allow(['get'], Secret.fromSecretName(scope, 'master-key', masterKeySecret));
  own.allow(['create'], resource('', 'secrets'));
  own.allow(['get', 'watch', 'update'], { ...leases, resourceName: leaseName });
  own.allow(['create'], leases);
  new RoleBinding(scope, 'role-binding', { metadata, role: own }).addSubjects(account);
  return own;
}
