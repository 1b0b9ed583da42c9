import {
  objectLabels,
  selectorLabels,
  selectorString,
} from '../../../constructs/bitcoin-network/labels.ts';

/** The selector of a StatefulSet is immutable, and a change of pod labels restarts nodes. */
test('selectorLabels are those of release 0.1.0', () => {
  expect(selectorLabels('alice')).toEqual({
    app: 'alice',
    'bitcoincontroller.christianb93.github.com/network': 'alice',
    'bitcoincontroller.christianb93.github.com/group': 'default',
  });
});

test('objectLabels add the recommended labels of Kubernetes', () => {
  expect(objectLabels('alice')).toEqual({
    ...selectorLabels('alice'),
    'app.kubernetes.io/name': 'bitcoind',
    'app.kubernetes.io/instance': 'alice',
    'app.kubernetes.io/component': 'node',
    'app.kubernetes.io/part-of': 'bitcoin-network',
    'app.kubernetes.io/managed-by': 'bitcoin-controller',
  });
});

test('objectLabels are valid label values for the longest name of a network', () => {
  for (const value of Object.values(objectLabels('a'.repeat(48)))) {
    expect(value).toMatch(/^[a-z0-9][-a-z0-9]{0,61}[a-z0-9]$/);
  }
});

test('selectorString joins labels as kubectl expects them', () => {
  expect(selectorString({ app: 'alice', 'a.b/c': 'd' })).toBe('app=alice,a.b/c=d');
  expect(selectorString({})).toBe('');
});
