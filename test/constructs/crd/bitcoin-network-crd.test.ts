import { App, Chart } from 'cdk8s';
import { BitcoinNetworkCrd } from '../../../constructs/crd/index.ts';
import { v1 } from '../../../crds/index.ts';

function render(): Record<string, unknown> {
  const chart = new Chart(new App(), 'test', { disableResourceNameHashes: true });
  new BitcoinNetworkCrd(chart, 'crd');
  const [crd] = chart.toJson() as [Record<string, unknown>];
  return crd;
}

describe('BitcoinNetworkCrd', () => {
  test('has the names that kubectl accepts', () => {
    expect(render()).toMatchObject({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'bitcoinnetworks.bitcoincontroller.christianb93.github.com' },
      spec: {
        group: 'bitcoincontroller.christianb93.github.com',
        scope: 'Namespaced',
        names: {
          kind: 'BitcoinNetwork',
          plural: 'bitcoinnetworks',
          shortNames: ['bcn'],
          categories: ['bitcoin'],
        },
      },
    });
  });

  test('contains the schema with its defaults and rules', () => {
    expect(render()).toHaveProperty(['spec', 'versions', 0, 'schema', 'openAPIV3Schema'], v1);
  });

  test('has the subresources status and scale', () => {
    expect(render()).toHaveProperty(['spec', 'versions', 0, 'subresources'], {
      status: {},
      scale: {
        specReplicasPath: '.spec.nodes',
        statusReplicasPath: '.status.replicas',
        labelSelectorPath: '.status.selector',
      },
    });
  });

  test('renders the same manifest each time', () => {
    expect(JSON.stringify(render())).toBe(JSON.stringify(render()));
  });
});
