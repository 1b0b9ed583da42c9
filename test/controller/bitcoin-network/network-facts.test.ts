import { LastHeights } from '../../../controller/bitcoin-network/chain-loss/last-heights.ts';
import { networkFacts } from '../../../controller/bitcoin-network/network-facts.ts';
import { NodeAnswers, type NodesAnswer } from '../../../controller/bitcoin-network/node-answers.ts';
import {
  dependencies,
  linkedWith,
  network,
  node,
  peers,
  pod,
  readyStatus,
  statefulSet,
  tip,
  type TestDependencies,
} from '../builders.ts';

describe('networkFacts', () => {
  let context: TestDependencies;
  let answers: NodeAnswers;
  let heights: LastHeights;
  let requests: string[];

  beforeEach(() => {
    context = dependencies();
    requests = [];
    answers = new NodeAnswers((key) => requests.push(key), context.clock);
    heights = new LastHeights();
    context.server.put('bitcoinnetworks/alice', { ...network() });
    context.server.put('statefulsets/alice-sts', { ...statefulSet(3) });
    context.server.put('pods/alice-sts-0', { ...pod('0', readyStatus('10.0.0.1')) });
  });

  const read = (install = context.install) =>
    networkFacts('lab/alice', { cache: context.cache, answers, heights, install });

  test('has the plan, the StatefulSet and the pods of a network, and sends no request', () => {
    const facts = read()!;
    expect(facts.key).toBe('lab/alice');
    expect([...facts.plan.nodes.keys()]).toEqual(['0', '1', '2']);
    expect(facts.statefulSet?.metadata.name).toBe('alice-sts');
    expect(facts.nodes.map(({ name, ready }) => [name, ready])).toEqual([['0', true]]);
    expect(facts.peers).toBeUndefined();
    expect(requests).toEqual([]);
    expect(context.server.writes).toEqual([]);
  });

  test('has the last answers of the nodes', () => {
    const result = peers(3);
    answers.record('lab/alice', 'any version', { peers: result });
    expect(read()!.peers).toBe(result);
  });

  test('has no answers after a query that failed as a whole', () => {
    const answer: NodesAnswer = { error: new Error('broken') };
    answers.record('lab/alice', 'any version', answer);
    expect(read()!.peers).toBeUndefined();
  });

  test('has the last heights of the current pods', () => {
    const { uid } = read()!.nodes[0]!;
    const views = new Map([
      ['0', { peers: linkedWith(), tip: tip(7) }],
      ['1', { peers: linkedWith(), tip: tip(9) }],
    ] as const);
    heights.record('lab/alice', [node('0', { uid }), node('1')], views);
    expect([...read()!.heights]).toEqual([['0', 7]]);
  });

  test('are undefined for a network that is deleted, or is being deleted', () => {
    context.server.edit('bitcoinnetworks/alice', {
      metadata: { deletionTimestamp: '2026-01-01T12:00:00Z' },
    });
    expect(read()).toBeUndefined();
    context.server.objects.delete('bitcoinnetworks/alice');
    expect(read()).toBeUndefined();
  });

  test('are undefined for a network that another controller manages', () => {
    context.server.edit('bitcoinnetworks/alice', { status: { controller: 'team-a' } });
    expect(read()).toBeUndefined();
    expect(read('team-a')).toBeDefined();
  });
});
