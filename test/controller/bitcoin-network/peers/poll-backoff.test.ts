import { PollBackoff } from '../../../../controller/bitcoin-network/peers/poll-backoff.ts';
import { node } from '../../builders.ts';

describe('PollBackoff', () => {
  let polls: PollBackoff;
  const nodes = [node('0'), node('1')];

  beforeEach(() => {
    polls = new PollBackoff();
  });

  const delays = (count: number, key = 'lab/alice') =>
    Array.from({ length: count }, () => polls.delay(key, nodes, true, false));

  test('polls three times at 1 s, and then doubles the delay up to 30 s', () => {
    expect(delays(10)).toEqual([
      ...[1_000, 1_000, 1_000, 2_000, 4_000],
      ...[8_000, 16_000, 30_000, 30_000, 30_000],
    ]);
  });

  test('does not poll a network whose peers are not pending, and starts again after that', () => {
    delays(6);
    expect(polls.delay('lab/alice', nodes, false, false)).toBeUndefined();
    expect(delays(1)).toEqual([1_000]);
  });

  test.each([
    ['a node is added', [...nodes, node('2')]],
    ['a pod has another address', [node('0'), node('1', { ip: '10.0.0.9' })]],
    ['a node is no longer ready', [node('0'), node('1', { ready: false })]],
  ])('starts again when %s', (_, changed) => {
    delays(6);
    expect(polls.delay('lab/alice', changed, true, false)).toBe(1_000);
  });

  test('counts each network on its own', () => {
    delays(6);
    expect(delays(1, 'lab/bob')).toEqual([1_000]);
  });

  test('starts again for a network that was deleted and created again', () => {
    delays(6);
    polls.forget('lab/alice');
    expect(delays(1)).toEqual([1_000]);
  });

  test('knows a network whose nodes do not respond until they do', () => {
    expect(polls.isFailing('lab/alice')).toBe(false);
    polls.delay('lab/alice', nodes, true, true);
    expect(polls.isFailing('lab/alice')).toBe(true);
    polls.delay('lab/alice', nodes, false, false);
    expect(polls.isFailing('lab/alice')).toBe(false);
  });
});
