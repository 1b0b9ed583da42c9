import { ServiceAccount } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { deployment } from './deployment.ts';
import { controllerNamespace, serviceAccountName } from './names.ts';
import type { InstallContext } from './install-context.ts';
import { ownNamespace } from './namespace.ts';
import { clusterRole, role } from './rbac.ts';

/** Where the controller comes from. */
export interface ControllerInstallProps {
  /**
   * Image of the controller, as the project's Dockerfile builds it.
   * @default localhost/bitcoin-controller:0.1.0, to be built and loaded into the cluster
   */
  readonly image?: string;
  /**
   * The namespace where the controller runs and whose networks alone it works
   * for. It must exist. There is no cluster-wide right then, and no Namespace
   * among the manifests. No other controller may work for this namespace.
   * @default it runs in a namespace of its own and works for every namespace
   */
  readonly namespace?: string;
}

/** The image that `ControllerInstall` names unless told otherwise. */
export const defaultControllerImage = 'localhost/bitcoin-controller:0.1.0';

/**
 * Everything the controller needs in a cluster but the CRD: its Namespace
 * first unless one was given, its ServiceAccount, its rights and its Deployment.
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
    const rights = context.isNamespaced
      ? [role(this, context)]
      : [clusterRole(this, context), role(this, context)];
    deployment(this, context, image).node.addDependency(...rights);
  }
}
