import { withDefaults } from '../../../constructs/bitcoin-network/defaults.ts';
import type { BitcoinNetwork, BitcoinNetworkSpec } from '../../../imports/bitcoin-network.ts';

const network = (spec: BitcoinNetworkSpec): BitcoinNetwork => ({
  apiVersion: 'bitcoincontroller.christianb93.github.com/v1',
  kind: 'BitcoinNetwork',
  metadata: { name: 'alice' },
  spec,
});

describe('withDefaults', () => {
  test('fills in absent fields', () => {
    expect(withDefaults(network({ nodes: 3 })).spec).toEqual({
      nodes: 3,
      image: 'docker.io/bitcoin/bitcoin:31.1',
      imagePullPolicy: 'IfNotPresent',
      resources: { requests: { cpu: '20m', memory: '128Mi' } },
    });
  });

  test('keeps fields that are present', () => {
    const full = network({
      nodes: 0,
      secret: 'login',
      image: 'other',
      imagePullPolicy: 'Never',
      imagePullSecrets: [{ name: 'a' }],
      config: { debug: 'net' },
      resources: { limits: { memory: '1Gi' } },
    });
    expect(withDefaults(full)).toEqual(full);
  });

  test('treats null as absent, like the API server', () => {
    const spec = JSON.parse('{"nodes":1,"secret":null,"image":null}') as BitcoinNetworkSpec;
    expect(withDefaults(network(spec)).spec).toMatchObject({
      image: 'docker.io/bitcoin/bitcoin:31.1',
    });
    expect(withDefaults(network(spec)).spec).not.toHaveProperty('secret');
  });

  test('keeps metadata', () => {
    const input = { ...network({ nodes: 1 }), metadata: { name: 'alice', labels: { a: 'b' } } };
    expect(withDefaults(input).metadata).toEqual(input.metadata);
  });

  test('shares nothing with its argument or with another result', () => {
    const input = network({ nodes: 1 });
    withDefaults(input).spec.resources.requests!.cpu = '1';
    expect(input).toEqual(network({ nodes: 1 }));
    expect(withDefaults(input).spec.resources.requests!.cpu).toBe('20m');
  });
});
