import { ServiceAccount } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { deployment } from './deployment.ts';
import { controllerNamespace, serviceAccountName } from './names.ts';
import { namespace } from './namespace.ts';
import { clusterRole, role } from './rbac.ts';

/** Where the controller comes from. */
export interface ControllerInstallProps {
  /**
   * Image of the controller, as the project's Dockerfile builds it.
   * @default localhost/bitcoin-controller:0.1.0, to be built and loaded into the cluster
   */
  readonly image?: string;
}

/** The image that `ControllerInstall` names unless told otherwise. */
export const defaultControllerImage = 'localhost/bitcoin-controller:0.1.0';

/**
 * Everything the controller needs in a cluster but the CRD: its Namespace
 * first, its ServiceAccount, its rights and its Deployment.
 */
export class ControllerInstall extends Construct {
  constructor(scope: Construct, id: string, props: ControllerInstallProps = {}) {
    super(scope, id);
    const labels = {
      'app.kubernetes.io/name': 'bitcoin-controller',
      'app.kubernetes.io/managed-by': 'bitcoin-controller',
    };
    const first = namespace(this, labels);
    const account = new ServiceAccount(this, 'service-account', {
      metadata: { name: serviceAccountName, namespace: controllerNamespace, labels },
      automountToken: false,
    });
    account.node.addDependency(first);
    const rights = [clusterRole(this, labels, account), role(this, labels, account)];
    deployment(this, labels, account, props.image ?? defaultControllerImage).node.addDependency(
      ...rights,
    );
  }
}
