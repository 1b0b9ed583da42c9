import { headlessService } from '../../../constructs/bitcoin-network/headless-service.ts';
import { objectLabels, selectorLabels } from '../../../constructs/bitcoin-network/labels.ts';
import { context, live, renderObject } from './builders.ts';

describe('headlessService', () => {
  const { metadata, spec } = renderObject(headlessService, context({}, live));

  test('has the name that the addresses of nodes end with', () => {
    expect(metadata).toMatchObject({ name: 'alice-svc', namespace: 'lab' });
    expect(metadata.labels).toEqual(objectLabels('alice'));
    expect(metadata.ownerReferences).toHaveLength(1);
  });

  test('publishes the address of a pod before the pod is ready', () => {
    expect(spec).toMatchObject({ clusterIP: 'None', publishNotReadyAddresses: true });
  });

  test("selects the network's pods", () => {
    expect(spec.selector).toEqual(selectorLabels('alice'));
  });

  test('names the ports of RPC and of the peer-to-peer protocol', () => {
    expect(spec).toMatchObject({
      ports: [
        { name: 'rpc', port: 18332, targetPort: 'rpc' },
        { name: 'p2p', port: 18444, targetPort: 'p2p' },
      ],
    });
  });
});
