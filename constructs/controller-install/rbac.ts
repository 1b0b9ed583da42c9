import type { Construct } from 'constructs';
import {
  ApiResource,
  ClusterRole,
  ClusterRoleBinding,
  Role,
  RoleBinding,
  Secret,
} from 'cdk8s-plus-27';
import { apiGroup, crdNames } from '../../crds/api-group.ts';
import { managedKinds } from '../bitcoin-network/managed-kinds.ts';
import type { InstallContext } from './install-context.ts';
import { leaseName, masterKeySecret, roleName } from './names.ts';

const resource = (apiGroup: string, resourceType: string) =>
  ApiResource.custom({ apiGroup, resourceType });

const leases = { apiGroup: 'coordination.k8s.io', resourceType: 'leases' };

/** A Role or a ClusterRole. */
interface Permissions {
  allow(verbs: string[], ...resources: ApiResource[]): void;
}

/**
 * Grants the permissions in the namespaces of networks: to manage the kinds that networks consist
 * of, and to read networks and pods. Server-side apply is a patch, and needs `create` for an object
 * that does not exist. `delete` serves objects that a spec no longer needs; the garbage collector
 * deletes those of a deleted network.
 */
function allowNetworks(permissions: Permissions): void {
  // The patch removes the annotation of an unguarded rollout. Kubernetes cannot grant less: a patch
  // of the status does not change metadata.
  permissions.allow(['get', 'list', 'watch', 'patch'], resource(apiGroup, crdNames.plural));
  permissions.allow(['patch'], resource(apiGroup, `${crdNames.plural}/status`));
  // Owner references with blockOwnerDeletion need `update` where an admission plugin checks them,
  // as on OpenShift.
  permissions.allow(['update'], resource(apiGroup, `${crdNames.plural}/finalizers`));
  const managed = managedKinds.map(({ apiVersion, plural }) =>
    resource(apiVersion.includes('/') ? apiVersion.split('/')[0]! : '', plural),
  );
  // The order of release 0.1.0, in which the last applied kind comes first.
  permissions.allow(['get', 'list', 'watch', 'create', 'patch', 'delete'], ...managed.reverse());
  permissions.allow(['get', 'list', 'watch'], resource('', 'pods'));
  // A patch updates the count of a repeated event. A list finds the reason why the API server
  // refuses pods (docs/adr/0023-causes-in-conditions.md).
  permissions.allow(['create', 'patch', 'list'], resource('events.k8s.io', 'events'));
}

/**
 * Grants the permissions in the controller's own namespace: to create and read the Secret with its
 * master key, and to create and hold its Lease.
 */
function allowOwn(scope: Construct, permissions: Role): void {
  permissions.allow(['get'], Secret.fromSecretName(scope, 'master-key', masterKeySecret));
  permissions.allow(['create'], resource('', 'secrets'));
  permissions.allow(['get', 'watch', 'update'], { ...leases, resourceName: leaseName });
  permissions.allow(['create'], leases);
}

/** The controller's permissions in all namespaces. */
export function clusterRole(scope: Construct, context: InstallContext): ClusterRole {
  const metadata = { name: roleName, ...context.metadata };
  const result = new ClusterRole(scope, 'cluster-role', { metadata });
  allowNetworks(result);
  const binding = new ClusterRoleBinding(scope, 'cluster-role-binding', { metadata, role: result });
  binding.addSubjects(context.account);
  return result;
}

/**
 * The controller's permissions in its own namespace; all of its permissions, if it watches that
 * namespace only.
 */
export function role(scope: Construct, context: InstallContext): Role {
  const { account, namespace, isNamespaced } = context;
  const metadata = { name: roleName, namespace, ...context.metadata };
  const result = new Role(scope, 'role', { metadata });
  if (isNamespaced) allowNetworks(result);
  allowOwn(scope, result);
  new RoleBinding(scope, 'role-binding', { metadata, role: result }).addSubjects(account);
  return result;
}
