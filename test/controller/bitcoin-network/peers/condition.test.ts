import { peersCondition } from '../../../../controller/bitcoin-network/peers/condition.ts';
import type { PeersResult } from '../../../../controller/bitcoin-network/peers/reconcile.ts';
import type { ConfigOptions } from '../../../../bitcoin/config/config-file.ts';
import { network, peers, scope, unanswered } from '../../builders.ts';

/** Status, reason and message of the condition of a network of 3 nodes. */
function conditionOf(result: Partial<PeersResult>, nodes = 3): string[] {
  const { status, reason, message } = peersCondition(
    scope(network({ nodes })),
    peers(nodes, result),
  );
  return [status, reason, message];
}

describe('peersCondition', () => {
  test('is True if all planned links are up', () => {
    expect(peersCondition(scope(), peers(3))).toEqual({
      type: 'PeersConnected',
      status: 'True',
      reason: 'AllLinksUp',
      message: 'every planned link is up',
    });
  });

  test.each([0, 1])('is True for %i nodes, which have no links', (nodes) => {
    expect(conditionOf({}, nodes)[0]).toBe('True');
  });

  test('is False while links are down, and names at most 3 of them', () => {
    const down = ['alice-sts-0 - alice-sts-1'];
    expect(conditionOf({ down, complete: new Set(['2']) })).toEqual([
      'False',
      'LinksDown',
      '1 planned link down: alice-sts-0 - alice-sts-1',
    ]);
    expect(conditionOf({ down: ['a - b', 'a - c', 'b - c', 'b - d'] })[2]).toBe(
      '4 planned links down: a - b, a - c, b - c and 1 more',
    );
  });

  describe('with too few connection slots', () => {
    const result = { down: ['a - b'], complete: new Set<never>() };
    const conditionWith = (config: ConfigOptions, nodes: number, changes = result) => {
      const { status, reason, message } = peersCondition(
        scope(network({ nodes, config })),
        peers(nodes, changes),
      );
      return [status, reason, message];
    };

    test('is False, and names the value that the network needs', () => {
      expect(conditionWith({ maxconnections: 8 }, 3)).toEqual([
        'False',
        'ExceedsConnectionSlots',
        'maxconnections 8 lets each node accept 0 peers, because bitcoind reserves 11, and the ' +
          'planned links need 2: set spec.config.maxconnections to 13 or more; ' +
          '1 planned link down: a - b',
      ]);
      expect(conditionWith({ maxconnections: '20' }, 24)[2]).toContain(
        'accept 9 peers, because bitcoind reserves 11, and the planned links need 12: ' +
          'set spec.config.maxconnections to 23 or more',
      );
    });

    test.each([
      ['enough slots', { maxconnections: 13 }, 3],
      ["bitcoind's default", { debug: 'net' }, 64],
    ])('has the reason LinksDown with %s', (_, config, nodes) => {
      expect(conditionWith(config, nodes)[1]).toBe('LinksDown');
    });

    test('is True if all links are up nevertheless', () => {
      expect(conditionWith({ maxconnections: 8 }, 3, peers(3) as never)[0]).toBe('True');
    });
  });

  test('is False while a node without links does not respond', () => {
    expect(conditionOf({ complete: new Set() }, 1)).toEqual([
      'False',
      'LinksDown',
      '0 of 1 nodes respond to RPC',
    ]);
  });

  test.each([
    ['timeout', 'RpcUnreachable'],
    ['unreachable', 'RpcUnreachable'],
    ['malformed', 'RpcFailed'],
    ['refused', 'RpcFailed'],
    ['forbidden', 'RpcFailed'],
  ] as const)('is Unknown if a ready node fails by %s, with the reason %s', (failure, reason) => {
    const failures = new Map([['1', unanswered(failure).error] as const]);
    expect(conditionOf({ failures })).toEqual([
      'Unknown',
      reason,
      '1 ready node did not respond to RPC; a:1: why',
    ]);
  });

  test('is False if nodes reject the credentials, and names the command that restarts them', () => {
    const failures = new Map([
      ['0', unanswered('timeout').error],
      ['1', unanswered('unauthorized', 'a:1: 401').error],
    ] as const);
    expect(conditionOf({ failures })).toEqual([
      'False',
      'RpcUnauthorized',
      "a:1: 401: the nodes reject the controller's RPC credentials; restart them: " +
        'kubectl rollout restart statefulset alice-sts',
    ]);
  });

  test('is Unknown if the phase failed', () => {
    const error = new Error('a bug');
    expect(peersCondition(scope(), undefined, error)).toEqual({
      type: 'PeersConnected',
      status: 'Unknown',
      reason: 'RpcFailed',
      message: 'a bug',
    });
    expect(peersCondition(scope(), undefined, 'text')).toMatchObject({ message: 'text' });
  });
});
