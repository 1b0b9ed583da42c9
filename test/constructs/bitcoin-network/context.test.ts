import { objectLabels } from '../../../constructs/bitcoin-network/labels.ts';
import { context, live } from './builders.ts';

describe('networkContext', () => {
  test('plans the network and derives its names', () => {
    const { plan, names } = context({ nodes: 2 });
    expect([...plan.nodes.keys()]).toEqual(['0', '1']);
    expect(names.peerAddress('1')).toBe('alice-sts-1.alice-svc:18444');
  });

  test('gives objects their labels and their namespace', () => {
    expect(context().metadata('alice-config')).toEqual({
      name: 'alice-config',
      namespace: 'lab',
      labels: objectLabels('alice'),
    });
  });

  test('makes the network the controller owner of its objects', () => {
    expect(context({}, live).metadata('alice-config')).toMatchObject({
      ownerReferences: [{ kind: 'BitcoinNetwork', name: 'alice', uid: 'uid-1', controller: true }],
    });
  });
});
