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
import type { InstallContext } from './install-context.ts';
import { leaseName, masterKeySecret, roleName } from './names.ts';

const resource = (apiGroup: string, resourceType: string) =>
  ApiResource.custom({ apiGroup, resourceType });

const leases = { apiGroup: 'coordination.k8s.io', resourceType: 'leases' };

/** A Role or a ClusterRole. */
interface Rights {
  allow(verbs: string[], ...resources: ApiResource[]): void;
}

/**
 * What the controller may do where networks are: read and write what it makes
 * for them, and read what comes of it. Server-side apply is a patch, which
 * needs `create` for an object that is not there. Deleting is left to the
 * garbage collector, Secrets to their users.
 */
function allowNetworks(rights: Rights): void {
  rights.allow(['get', 'list', 'watch'], resource(apiGroup, crdNames.plural));
  rights.allow(['patch'], resource(apiGroup, `${crdNames.plural}/status`));
  // Owner references that block deletion need it where that is enforced, as on OpenShift.
  rights.allow(['update'], resource(apiGroup, `${crdNames.plural}/finalizers`));
  const written = [
    resource('apps', 'statefulsets'),
    resource('', 'services'),
    resource('', 'configmaps'),
  ];
  rights.allow(['get', 'list', 'watch', 'create', 'patch'], ...written);
  rights.allow(['get', 'list', 'watch'], resource('', 'pods'));
  // A repeated event is counted by a patch.
  rights.allow(['create', 'patch'], resource('events.k8s.io', 'events'));
}

/** What it may do where it runs: make and read the Secret with its master key, make and hold its Lease. */
function allowOwn(scope: Construct, rights: Role): void {
  rights.allow(['get'], Secret.fromSecretName(scope, 'master-key', masterKeySecret));
  rights.allow(['create'], resource('', 'secrets'));
  rights.allow(['get', 'watch', 'update'], { ...leases, resourceName: leaseName });
  rights.allow(['create'], leases);
}

/** The rights in every namespace. */
export function clusterRole(scope: Construct, { labels, account }: InstallContext): ClusterRole {
  const metadata = { name: roleName, labels };
  const result = new ClusterRole(scope, 'cluster-role', { metadata });
  allowNetworks(result);
  const binding = new ClusterRoleBinding(scope, 'cluster-role-binding', { metadata, role: result });
  binding.addSubjects(account);
  return result;
}

/** The rights in the controller's namespace: all there are, if it works for that alone. */
export function role(scope: Construct, context: InstallContext): Role {
  const { labels, account, namespace, isNamespaced } = context;
  const metadata = { name: roleName, namespace, labels };
  const result = new Role(scope, 'role', { metadata });
  if (isNamespaced) allowNetworks(result);
  allowOwn(scope, result);
  new RoleBinding(scope, 'role-binding', { metadata, role: result }).addSubjects(account);
  return result;
}
