import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { selectorLabels } from './labels.ts';
import type { NetworkContext } from './context.ts';
import { podTemplate } from './pod/template.ts';

/**
 * The network's nodes. Its selector, serviceName and podManagementPolicy are
 * immutable, so they are final.
 */
export function statefulSet(scope: Construct, context: NetworkContext): ApiObject {
  const { name, names, spec, live, metadata } = context;
  return new ApiObject(scope, 'stateful-set', {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: metadata(names.statefulSet),
    spec: {
      replicas: spec.nodes,
      serviceName: names.service,
      podManagementPolicy: 'Parallel',
      selector: { matchLabels: selectorLabels(name) },
      updateStrategy: {
        type: 'RollingUpdate',
        rollingUpdate: { partition: live?.updatePartition ?? 0 },
      },
      // A node is Ready 0.15 s after its start, before it has blocks: the wait lets it fetch them.
      minReadySeconds: 10,
      template: podTemplate(context),
    },
  });
}
