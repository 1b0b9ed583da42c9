import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { customResourceDefinitionName, customResourceDefinitionSpec } from '../../crds/index.ts';

/** The CustomResourceDefinition of BitcoinNetwork, cluster-wide and once per cluster. */
export class BitcoinNetworkCrd extends ApiObject {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: {
        name: customResourceDefinitionName,
        labels: {
          'app.kubernetes.io/name': 'bitcoin-controller',
          'app.kubernetes.io/part-of': 'bitcoin-controller',
          'app.kubernetes.io/managed-by': 'bitcoin-controller',
        },
      },
      spec: customResourceDefinitionSpec,
    });
  }
}
