import {
  NodeAnswers,
  queryVersion,
  type NodesAnswer,
} from '../../../controller/bitcoin-network/node-answers.ts';
import type { NodeState } from '../../../controller/bitcoin-network/nodes/observe.ts';
import { RpcError } from '../../../bitcoin/rpc/error.ts';
import { FakeClock } from '../../kube/fake-clock.ts';
import { dependencies, network, node, peers, scope, statefulSet } from '../builders.ts';

describe('NodeAnswers', () => {
  let context: ReturnType<typeof dependencies>;
  let requests: string[];
  let answers: NodeAnswers;
  const nodes = [node('0'), node('1')];
  const answer: NodesAnswer = { peers: peers(2) };

  beforeEach(() => {
    context = dependencies();
    context.server.put('statefulsets/alice-sts', { ...statefulSet(2) });
    requests = [];
    answers = new NodeAnswers((key) => requests.push(key), context.clock);
  });

  const read = (states: readonly NodeState[] = nodes, resource = network({ nodes: 2 })) =>
    answers.read(scope(resource, context), states);

  const record = (value = answer, states: readonly NodeState[] = nodes, rolling = false) => {
    const version = queryVersion(scope(network({ nodes: 2 }), context), states, rolling);
    return answers.record('lab/alice', version, value);
  };

  test('requests one query, and returns how long it takes', () => {
    expect(read()).toBe(0);
    context.clock.time += 70;
    expect(read()).toBe(70);
    expect(requests).toEqual(['lab/alice']);
  });

  test('measures time although that of the machine was set back', async () => {
    const clock = new FakeClock();
    answers = new NodeAnswers((key) => requests.push(key), clock);
    read();
    clock.step(-3_600_000);
    await clock.advance(70);
    expect(read()).toBe(70);
  });

  test('returns the answer while the network and its pods stay the same', () => {
    record();
    context.clock.time += 3_600_000;
    expect(read()).toBe(answer);
    expect(requests).toEqual([]);
  });

  test.each<[string, NodeState[]]>([
    ['a pod has another address', [node('0'), node('1', { ip: '10.0.0.9' })]],
    ['a node is no longer ready', [node('0'), node('1', { ready: false })]],
    ['a node was not ready for a time', [node('0'), node('1', { readySince: 5 })]],
    ['a node is gone', [node('0')]],
  ])('requests another query when %s', (_, changed) => {
    record();
    expect(read(changed)).toBe(0);
    expect(requests).toEqual(['lab/alice']);
  });

  test('requests another query after an edit, and for another network with the same name', () => {
    record();
    expect(read(nodes, network({ nodes: 2 }, { generation: 3 }))).toBe(0);
    record();
    expect(read(nodes, network({ nodes: 2 }, { uid: 'other' }))).toBe(0);
  });

  test('requests no query of a network without ready nodes', () => {
    expect(read([node('0', { ready: false })])).toMatchObject({ peers: { complete: new Set() } });
    expect(requests).toEqual([]);
  });

  test('does not let an answer older than 5 s decide about a rollout', () => {
    const old = [node('0', { revision: 'r0' }), node('1')];
    record(answer, old, true);
    context.clock.time += 5_000;
    expect(read(old)).toBe(answer);
    context.clock.time += 1;
    expect(read(old)).toBe(0);
    expect(requests).toEqual(['lab/alice']);
  });

  test('does not let an answer decide about two steps of a rollout', () => {
    const old = [node('0', { revision: 'r0' }), node('1', { revision: 'r0' })];
    record(answer, old, true);
    context.server.put('statefulsets/alice-sts', { ...statefulSet(2, {}, 1) });
    expect(read(old)).toBe(0);
  });

  test('reports whether an answer differs from the last one', () => {
    expect(record()).toBe(true);
    expect(record({ peers: peers(2) })).toBe(false);
    const failures = new Map([['0', new RpcError('timeout', 'a:1: no response')]] as const);
    expect(record({ peers: peers(2, { failures }) })).toBe(true);
    expect(record({ peers: peers(2, { failures: new Map(failures) }) })).toBe(false);
  });

  test('has no answer for a network that was forgotten', () => {
    record();
    answers.forget('lab/alice');
    expect(read()).toBe(0);
  });

  test('returns the latest answer while a newer one is missing, without a query', () => {
    expect(answers.latest('lab/alice')).toBeUndefined();
    record();
    expect(answers.latest('lab/alice')).toBe(answer);
    requests.length = 0;
    read([node('0')]);
    read([node('1')]);
    expect(requests).toEqual(['lab/alice', 'lab/alice']);
    expect(answers.latest('lab/alice')).toBe(answer);
    expect(requests).toHaveLength(2);
  });

  test('forgets the latest answer of a deleted network', () => {
    record();
    answers.forget('lab/alice');
    expect(answers.latest('lab/alice')).toBeUndefined();
  });
});
