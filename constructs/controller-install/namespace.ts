import type { Construct } from 'constructs';
import { Namespace } from 'cdk8s-plus-27';
import { controllerNamespace } from './names.ts';

/** The controller's namespace, which admits restricted pods only. */
export function namespace(scope: Construct, labels: Record<string, string>): Namespace {
  return new Namespace(scope, 'namespace', {
    metadata: {
      name: controllerNamespace,
      labels: { ...labels, 'pod-security.kubernetes.io/enforce': 'restricted' },
    },
  });
}
