import * as fc from 'fast-check';
import { regtest } from '../../../bitcoin/chain.ts';
import { defaultGroup, nodeName } from '../../../bitcoin/plan/node-name.ts';
import { networkNames } from '../../../constructs/bitcoin-network/names.ts';

const names = networkNames('alice', regtest);

/** Valid names of networks, some of which contain the suffixes of our objects. */
const networkName = fc
  .array(fc.constantFrom('a', 'b1', 'sts', 'svc', 'sts-0', 'node', 'config'), {
    minLength: 1,
    maxLength: 5,
  })
  .map((parts) => parts.join('-'));
const node = fc
  .record({
    group: fc.constantFrom(defaultGroup, 'old', 'stsx', 'svc2', 'v29'),
    ordinal: fc.nat({ max: 1000 }),
  })
  .map(nodeName);

describe('networkNames', () => {
  test('names the objects of a network', () => {
    expect(names.configMap).toBe('alice-config');
    expect(names.service).toBe('alice-svc');
    expect(names.statefulSet()).toBe('alice-sts');
    expect(names.statefulSet('default')).toBe('alice-sts');
    expect(names.statefulSet('old')).toBe('alice-sts-old');
  });

  test.each([
    ['0', 'alice-sts-0', 'alice-sts-0.alice-svc', 'alice-sts-0.alice-svc:18444'],
    ['old-1', 'alice-sts-old-1', 'alice-sts-old-1.alice-svc', 'alice-sts-old-1.alice-svc:18444'],
  ] as const)('names the pod of node %s %s', (name, pod, dnsName, address) => {
    expect(names.pod(name)).toBe(pod);
    expect(names.dnsName(name)).toBe(dnsName);
    expect(names.peerAddress(name)).toBe(address);
  });

  test('names pods as the StatefulSet controller does', () => {
    expect(names.pod(nodeName({ group: 'old', ordinal: 1 }))).toBe(`${names.statefulSet('old')}-1`);
  });
});

describe('nodeOfPeerAddress', () => {
  test('returns the node of an address, for every network and node', () => {
    fc.assert(
      fc.property(networkName, node, (network, name) => {
        const own = networkNames(network, regtest);
        expect(own.nodeOfPeerAddress(own.peerAddress(name))).toBe(name);
      }),
    );
  });

  test('returns the node of no other network', () => {
    fc.assert(
      fc.property(networkName, networkName, node, (network, other, name) => {
        fc.pre(network !== other);
        const address = networkNames(other, regtest).peerAddress(name);
        expect(networkNames(network, regtest).nodeOfPeerAddress(address)).toBeUndefined();
      }),
    );
  });

  test('returns a node that left the plan', () => {
    expect(names.nodeOfPeerAddress('alice-sts-999.alice-svc:18444')).toBe('999');
  });

  test.each([
    'example.org:8333',
    'alice-sts-0.alice-svc',
    'alice-sts-0.alice-svc:8333',
    'alice-sts-0.alice-svc.lab.svc:18444',
    'alice-sts-0.bob-svc:18444',
    'alice-sts-01.alice-svc:18444',
    'alice-sts-.alice-svc:18444',
    '.alice-svc:18444',
    '10.0.0.7:18444',
    '',
  ])('returns undefined for the address %j', (address) => {
    expect(names.nodeOfPeerAddress(address)).toBeUndefined();
  });
});

describe('nodeOfPod', () => {
  test('returns the node of a pod, for every network and node', () => {
    fc.assert(
      fc.property(networkName, node, (network, name) => {
        const own = networkNames(network, regtest);
        expect(own.nodeOfPod(own.pod(name))).toBe(name);
      }),
    );
  });

  test.each(['alice-sts', 'alice-sts-', 'alice-sts-x', 'bob-sts-0', 'alice-0', 'alice-stsx0'])(
    'returns undefined for the pod %s',
    (pod) => {
      expect(names.nodeOfPod(pod)).toBeUndefined();
    },
  );
});
