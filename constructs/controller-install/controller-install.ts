import { ServiceAccount } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { deployment } from './deployment.ts';
import { controllerNamespace, serviceAccountName } from './names.ts';
import type { InstallContext } from './install-context.ts';
import { validateMetrics } from './metrics.ts';
import { monitoring } from './monitoring.ts';
import { ownNamespace } from './namespace.ts';
import type { ControllerInstallProps } from './props.ts';
import { clusterRole, role } from './rbac.ts';
import { userClusterRoles } from './user-roles.ts';

/**
 * The manifests that install the controller, without the CRD: its Namespace first unless one is
 * given, its ServiceAccount, its permissions, the objects for its metrics and its Deployment. If it
 * watches all namespaces, the ClusterRoles for users are among them.
 */
export class ControllerInstall extends Construct {
  /** @throws ValidationError if the properties contradict each other */
  constructor(scope: Construct, id: string, props: ControllerInstallProps = {}) {
    super(scope, id);
    const labels = {
      ...props.labels,
      'app.kubernetes.io/name': 'bitcoin-controller',
      'app.kubernetes.io/managed-by': 'bitcoin-controller',
    };
    const { annotations, namespace = controllerNamespace } = props;
    const metadata = { labels, ...(annotations && { annotations }) };
    const account = new ServiceAccount(this, 'service-account', {
      metadata: { name: serviceAccountName, namespace, ...metadata },
      automountToken: false,
    });
    const watches = props.scope ?? (props.namespace === undefined ? 'Cluster' : 'Namespace');
    const isNamespaced = watches === 'Namespace';
    const context: InstallContext = { metadata, namespace, account, isNamespaced };
    if (props.namespace === undefined) account.node.addDependency(ownNamespace(this, context));
    const roles = isNamespaced
      ? [role(this, context)]
      : [clusterRole(this, context), role(this, context)];
    if (!isNamespaced) userClusterRoles(this, context);
    const { metrics } = props;
    if (metrics) validateMetrics(this.node.path, metrics, isNamespaced);
    const monitors = metrics ? monitoring(this, context, metrics) : [];
    deployment(this, context, props).node.addDependency(...roles, ...monitors);
  }
}
