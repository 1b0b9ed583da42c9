import { rpcPort } from '../../bitcoin/chain.ts';
import { networkLabel } from '../../constructs/bitcoin-network/labels.ts';
import { apiGroup, crdNames } from '../../crds/api-group.ts';
import type { KubeObject } from '../../kube/index.ts';
import { manifestOf } from '../constructs/controller-install/builders.ts';
import { recipe } from '../framework/recipe.ts';

/** The recipe for tenants uses the labels, ports and names of the constructs. */

interface Spec extends KubeObject {
  readonly spec: object;
}

/** Returns the spec of an object in a file of recipes/tenants/. */
function specOf(file: string, name: string): object {
  const object = recipe(`tenants/${file}`).find(({ metadata }) => metadata.name === name);
  return (object as Spec).spec;
}

const { metadata: controllerNamespace } = manifestOf('Namespace');
const controller = manifestOf('Deployment').spec as { readonly selector: object };

test('the policy for the controller admits its pods to the RPC port of nodes', () => {
  expect(specOf('base/network-policies.yaml', 'controller')).toEqual({
    podSelector: { matchExpressions: [{ key: networkLabel, operator: 'Exists' }] },
    policyTypes: ['Ingress'],
    ingress: [
      {
        from: [
          {
            namespaceSelector: {
              matchLabels: { 'kubernetes.io/metadata.name': controllerNamespace.name },
            },
            podSelector: controller.selector,
          },
        ],
        ports: [{ port: rpcPort, protocol: 'TCP' }],
      },
    ],
  });
});

test('the policy for the API server selects the pods of the controller', () => {
  expect(specOf('own-controller/api-server.yaml', 'api-server')).toMatchObject({
    podSelector: controller.selector,
  });
});

test('the quota counts networks', () => {
  const [quota] = recipe('tenants/base/limits.yaml') as Spec[];
  expect(quota!.spec).toHaveProperty(['hard', `count/${crdNames.plural}.${apiGroup}`]);
});
