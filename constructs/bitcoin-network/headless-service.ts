import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { rpcPort } from '../../bitcoin/chain.ts';
import type { NetworkContext } from './context.ts';
import { selectorLabels } from './labels.ts';

/**
 * The headless Service that gives every pod its DNS name as soon as the pod has an address, because
 * nodes dial each other before they are ready.
 */
export function headlessService(scope: Construct, context: NetworkContext): ApiObject {
  const { name, names, plan, metadata } = context;
  return new ApiObject(scope, 'service', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata(names.service),
    spec: {
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      selector: selectorLabels(name),
      ports: [
        { name: 'rpc', protocol: 'TCP', port: rpcPort, targetPort: 'rpc' },
        { name: 'p2p', protocol: 'TCP', port: plan.chain.p2pPort, targetPort: 'p2p' },
      ],
    },
  });
}
