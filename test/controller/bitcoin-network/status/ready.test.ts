import { RpcError } from '../../../../bitcoin/rpc/error.ts';
import type { Observation } from '../../../../controller/bitcoin-network/status/status.ts';
import { peersConnected, readiness } from '../../../../controller/bitcoin-network/status/ready.ts';
import { network, node, observation, peers, statefulSet } from '../../builders.ts';

/** `Ready=True AllNodesReady`, `Reconciling=...`, `Stalled=...` and the message of the first. */
function verdict(seen: Partial<Observation>): string[] {
  const [ready, reconciling, stalled] = readiness(observation(seen));
  const summary = [ready!, reconciling!, stalled!].map(
    ({ type, status, reason }) => `${type}=${status} ${reason}`,
  );
  return [...summary, ready!.message];
}

describe('readiness', () => {
  test('all nodes of the newest revision', () => {
    expect(verdict({})).toEqual([
      'Ready=True AllNodesReady',
      'Reconciling=False Settled',
      'Stalled=False Settled',
      'all 3 nodes are ready',
    ]);
  });

  test('no nodes asked for are ready', () => {
    const none = { network: network({ nodes: 0 }), statefulSet: statefulSet(0), nodes: [] };
    expect(verdict(none)[0]).toBe('Ready=True AllNodesReady');
  });

  test.each<[string, Partial<Observation>]>([
    ['a node is not ready', { nodes: [node(0), node(1), node(2, { ready: false })] }],
    ['a node is of an older revision', { nodes: [node(0), node(1), node(2, { revision: 'r0' })] }],
    ['a node is missing', { nodes: [node(0), node(1)] }],
    ['a node is left over instead', { nodes: [node(0), node(1), node(3)] }],
    [
      'the StatefulSet controller is behind',
      { statefulSet: statefulSet(3, { observedGeneration: 0 }) },
    ],
  ])('on its way while %s', (_, seen) => {
    expect(verdict(seen).slice(0, 3)).toEqual([
      'Ready=False NodesNotReady',
      'Reconciling=True Progressing',
      'Stalled=False Settled',
    ]);
  });

  test('what was said stays while the StatefulSet is behind, as after each step of a roll', () => {
    const said = ['Ready', 'Reconciling', 'Stalled'].map((type) => ({
      type,
      status: 'True' as const,
      reason: 'Said',
      message: 'said before',
      lastTransitionTime: '',
    }));
    const told = { ...network(), status: { observedGeneration: 2, conditions: said } };
    const behind = statefulSet(3, { observedGeneration: 0 });
    expect(verdict({ network: told, statefulSet: behind })[3]).toBe('said before');
    const older = { ...told, status: { ...told.status, observedGeneration: 1 } };
    expect(verdict({ network: older, statefulSet: behind })[0]).toBe('Ready=False NodesNotReady');
  });

  test('a roll says how far it is and what it waits for', () => {
    const rollout = { partition: 2, waitingFor: 'alice-sts-2 is at block 440, others are ahead' };
    const nodes = [node(0, { revision: 'r0' }), node(1, { revision: 'r0' }), node(2)];
    expect(verdict({ rollout, nodes })).toEqual([
      'Ready=False RollingOut',
      'Reconciling=True Progressing',
      'Stalled=False Settled',
      '1 of 3 nodes have the new revision; alice-sts-2 is at block 440, others are ahead',
    ]);
  });

  test('a problem that a person must solve is told with its pod', () => {
    const problem = { message: 'CreateContainerConfigError: no secret', lasting: true };
    const nodes = [0, 1, 2].map((ordinal) => node(ordinal, { ready: false, problem }));
    const each = [0, 1, 2].map((ordinal) => `alice-sts-${ordinal}: ${problem.message}`);
    expect(verdict({ nodes })).toEqual([
      'Ready=False NodeFailing',
      'Reconciling=False Settled',
      'Stalled=True ActionRequired',
      `0 of 3 nodes are ready; ${each.join('; ')}`,
    ]);
  });

  test('a problem that may pass calls nobody', () => {
    const problem = { message: 'CrashLoopBackOff: back-off 10s', lasting: false };
    const nodes = [node(0), node(1), node(2, { ready: false, problem })];
    expect(verdict({ nodes }).slice(0, 3)).toEqual([
      'Ready=False NodeFailing',
      'Reconciling=True Progressing',
      'Stalled=False Settled',
    ]);
  });

  test('long lists are cut, and the rest is counted', () => {
    const nodes = Array.from({ length: 9 }, (_, i) =>
      node(i, { ready: false, problem: { message: 'P', lasting: true } }),
    );
    expect(verdict({ network: network({ nodes: 9 }), nodes })[3]).toMatch(/and 6 more$/);
  });

  test('a failure of the chart comes first', () => {
    const failure = { reason: 'ObjectExists', message: 'in the way', terminal: true } as const;
    expect(verdict({ failure })).toEqual([
      'Ready=False ObjectExists',
      'Reconciling=False Settled',
      'Stalled=True ActionRequired',
      'in the way',
    ]);
  });
});

describe('peersConnected', () => {
  const judge = (seen: Partial<Observation>) => {
    const { status, reason, message } = peersConnected(observation(seen));
    return [status, reason, message];
  };
  const failed = (failure: 'unauthorized' | 'timeout') =>
    peers(3, {
      complete: new Set([0]),
      failures: new Map([[1, new RpcError(failure, 'a:1: why')]]),
    });

  test('every link up', () => {
    expect(judge({})).toEqual(['True', 'AllLinksUp', 'every planned link is up']);
  });

  test('links down are named', () => {
    const down = ['alice-sts-0 - alice-sts-1'];
    expect(judge({ peers: peers(3, { down, complete: new Set([2]) }) })).toEqual([
      'False',
      'LinksDown',
      '1 planned link down: alice-sts-0 - alice-sts-1',
    ]);
  });

  test('a single node that does not answer is not connected', () => {
    const seen = { network: network({ nodes: 1 }), peers: peers(1, { complete: new Set() }) };
    expect(judge(seen)).toEqual(['False', 'LinksDown', '0 of 1 nodes answer']);
  });

  test('nodes out of reach: nothing is known', () => {
    expect(judge({ peers: failed('timeout') })).toEqual([
      'Unknown',
      'RpcUnreachable',
      '1 ready node did not answer; a:1: why',
    ]);
  });

  test('a refused login comes with the way out', () => {
    const [status, reason, message] = judge({ peers: failed('unauthorized') });
    expect([status, reason]).toEqual(['False', 'RpcUnauthorized']);
    expect(message).toContain('kubectl rollout restart statefulset alice-sts');
  });
});
