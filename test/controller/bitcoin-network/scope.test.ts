import { createScope } from '../../../controller/bitcoin-network/scope.ts';
import { dependencies, network, scope } from '../builders.ts';

describe('createScope', () => {
  test('names the network and plans its nodes', () => {
    const { key, plan, names } = scope(network({ nodes: 2 }));
    expect(key).toBe('lab/alice');
    expect([...plan.nodes.keys()]).toEqual(['0', '1']);
    expect(names.peerAddress('1')).toBe('alice-sts-1.alice-svc:18444');
  });

  test('derives the credentials of a network from its uid', () => {
    const first = scope(network()).credentials;
    expect(scope(network({ nodes: 5 }, { generation: 7 })).credentials).toEqual(first);
    expect(scope(network({ nodes: 3 }, { uid: 'another' })).credentials).not.toEqual(first);
  });

  test('derives the credentials of a network from the master key', () => {
    const other = { ...dependencies(), masterKey: Buffer.alloc(32, 8) };
    expect(scope(network(), other).credentials).not.toEqual(scope(network()).credentials);
  });

  test('passes on the collaborators and the signal', () => {
    const collaborators = dependencies();
    const { signal } = new AbortController();
    const result = createScope(network(), collaborators, signal);
    expect(result).toMatchObject(collaborators);
    expect(result.signal).toBe(signal);
  });
});
