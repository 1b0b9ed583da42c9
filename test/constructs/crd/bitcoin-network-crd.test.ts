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
  test('is named as Kubernetes demands', () => {
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

  test('carries the schema unchanged, defaults and rules included', () => {
    expect(render()).toHaveProperty(['spec', 'versions', 0, 'schema', 'openAPIV3Schema'], v1);
  });

  test('offers status and scale', () => {
    expect(render()).toHaveProperty(['spec', 'versions', 0, 'subresources'], {
      status: {},
      scale: {
        specReplicasPath: '.spec.nodes',
        statusReplicasPath: '.status.replicas',
        labelSelectorPath: '.status.selector',
      },
    });
  });

  test('is the same each time', () => {
    expect(JSON.stringify(render())).toBe(JSON.stringify(render()));
  });
});
