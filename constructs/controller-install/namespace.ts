import type { Construct } from 'constructs';
import { Namespace } from 'cdk8s-plus-27';
import type { InstallContext } from './install-context.ts';

/** The controller's namespace, which admits pods of Pod Security `restricted` only. */
export function ownNamespace(scope: Construct, { metadata, namespace }: InstallContext): Namespace {
  return new Namespace(scope, 'namespace', {
    metadata: {
      ...metadata,
      name: namespace,
      labels: { ...metadata.labels, 'pod-security.kubernetes.io/enforce': 'restricted' },
    },
  });
}
