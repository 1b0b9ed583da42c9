import { ServiceAccount } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { deployment } from './deployment.ts';
import { controllerNamespace, serviceAccountName } from './names.ts';
import type { InstallContext } from './install-context.ts';
import { ownNamespace } from './namespace.ts';
import { clusterRole, role } from './rbac.ts';

/** The options of {@link ControllerInstall}. */
export interface ControllerInstallProps {
  /**
   * Image of the controller, as the project's Dockerfile builds it.
   * @default localhost/bitcoin-controller:0.1.0, which you build and load into the cluster
   */
  readonly image?: string;
  /**
   * The existing namespace in which the controller runs, and the only one that it watches. The
   * manifests then contain no cluster-wide permissions and no Namespace. No other controller may
   * watch the same namespace.
   * @default the controller runs in a namespace of its own and watches all namespaces
   */
  readonly namespace?: string;
}

/** The default image of the controller. */
export const defaultControllerImage = 'localhost/bitcoin-controller:0.1.0';

/**
 * The manifests that install the controller, without the CRD: its Namespace first unless one is
 * given, its ServiceAccount, its permissions and its Deployment.
 */
export class ControllerInstall extends Construct {
  constructor(scope: Construct, id: string, props: ControllerInstallProps = {}) {
    super(scope, id);
    const labels = {
      'app.kubernetes.io/name': 'bitcoin-controller',
      'app.kubernetes.io/managed-by': 'bitcoin-controller',
    };
    const { namespace = controllerNamespace, image = defaultControllerImage } = props;
    const account = new ServiceAccount(this, 'service-account', {
      metadata: { name: serviceAccountName, namespace, labels },
      automountToken: false,
    });
    const context: InstallContext = {
      labels,
      namespace,
      account,
      isNamespaced: props.namespace !== undefined,
    };
    if (!context.isNamespaced) account.node.addDependency(ownNamespace(this, context));
    const roles = context.isNamespaced
      ? [role(this, context)]
      : [clusterRole(this, context), role(this, context)];
    deployment(this, context, image).node.addDependency(...roles);
  }
}
