import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { NetworkContext } from './context.ts';
import { selectorLabels } from './labels.ts';
import { podTemplate } from './pod/template.ts';

/**
 * The network's nodes. The selector, serviceName and podManagementPolicy of a StatefulSet are
 * immutable, so a release must not change them.
 */
export function statefulSet(scope: Construct, context: NetworkContext): ApiObject {
  const { name, names, plan, live, metadata } = context;
  const [{ nodes }] = plan.groups as [(typeof plan.groups)[number]];
  return new ApiObject(scope, 'stateful-set', {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: metadata(names.statefulSet()),
    spec: {
      replicas: nodes,
      serviceName: names.service,
      podManagementPolicy: 'Parallel',
      selector: { matchLabels: selectorLabels(name) },
      updateStrategy: {
        type: 'RollingUpdate',
        rollingUpdate: { partition: live?.updatePartition ?? 0 },
      },
      // A node is Ready 0.15 s after its start, before it has blocks. The delay lets it fetch them.
      minReadySeconds: 10,
      template: podTemplate(context),
    },
  });
}
