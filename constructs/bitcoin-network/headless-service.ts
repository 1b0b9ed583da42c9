import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { regtest, rpcPort } from '../../bitcoin/chain.ts';
import { selectorLabels } from './labels.ts';
import type { NetworkContext } from './context.ts';

/**
 * The headless Service that gives every pod its name in DNS, from the moment it
 * has an address: nodes dial each other before they are ready.
 */
export function service(scope: Construct, { name, names, metadata }: NetworkContext): ApiObject {
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
        { name: 'p2p', protocol: 'TCP', port: regtest.p2pPort, targetPort: 'p2p' },
      ],
    },
  });
}
