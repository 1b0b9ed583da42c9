import { announceRollout } from '../../../../controller/bitcoin-network/rollout/announce.ts';
import { dependencies, network, scope } from '../../builders.ts';

/** The events of a move of the update partition, in a network of `nodes` nodes. */
function announce(nodes: number, before: number, after: number): string[] {
  const context = dependencies();
  announceRollout(scope(network({ nodes }), context), before, after);
  return context.recorder.events;
}

describe('announceRollout', () => {
  test('warns about the losses before the first node is replaced', () => {
    expect(announce(3, 3, 2)).toEqual([
      'Warning RollingUpdate restarting nodes one at a time; each re-syncs from its peers and ' +
        'loses its wallets',
      'Normal RollingUpdate replacing alice-sts-2',
    ]);
  });

  test('warns that a network of one node loses its chain', () => {
    expect(announce(1, 1, 0)).toEqual([
      'Warning RollingUpdate restarting the only node; its chain and wallets are in an emptyDir ' +
        'and will be lost',
      'Normal RollingUpdate replacing alice-sts-0',
    ]);
  });

  test('names each further node without the warning', () => {
    expect(announce(3, 2, 1)).toEqual(['Normal RollingUpdate replacing alice-sts-1']);
  });

  test('names all nodes that one step allows to replace', () => {
    expect(announce(3, 3, 1)[1]).toBe('Normal RollingUpdate replacing alice-sts-2, alice-sts-1');
  });

  test('records nothing when the rollout ends or a step is revoked', () => {
    expect(announce(3, 0, 3)).toEqual([]);
    expect(announce(3, 0, 2)).toEqual([]);
  });

  test('warns in a network that lost nodes, whose update partition exceeds its size', () => {
    expect(announce(3, 5, 2)).toHaveLength(2);
    expect(announce(3, 5, 3)).toEqual([]);
  });
});
