import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { observeNodes } from '../../../../controller/bitcoin-network/nodes/observe.ts';
import { terminatingPods } from '../../../../controller/bitcoin-network/nodes/terminating.ts';
import { networkStatus } from '../../../../controller/bitcoin-network/status/status.ts';
import { dependencies, network, observations, scope, statefulSet } from '../../builders.ts';
import { podsOf, states } from './states.ts';
import { since, type State } from './states/state.ts';

const docs = readFileSync(join(import.meta.dirname, '../../../../docs/troubleshooting.md'), 'utf8');
const rows = docs.split('\n').filter((line) => line.startsWith('| `'));

/** The conditions of a network in a state, some minutes after the state began. */
function conditionsOf(state: State, minutes: number) {
  const context = dependencies();
  const set = statefulSet(3);
  context.server.put('statefulsets/alice-sts', { ...set });
  for (const pod of podsOf(state)) context.server.put(`pods/${pod.metadata.name}`, { ...pod });
  const stored = (type: string, reason: string) =>
    ({ type, status: 'False', reason, message: '', lastTransitionTime: since }) as const;
  const previous = [stored('Ready', 'X'), stored('ObjectsApplied', 'ApplyFailed')];
  const resource = { ...network(), status: { observedGeneration: 2, conditions: previous } };
  const observed = scope(resource, context);
  const pods = { nodes: observeNodes(observed), terminating: terminatingPods(observed) };
  const now = Date.parse(since) + minutes * 60_000;
  const inputs = observations({ ...pods, ...state.observations });
  const { conditions = [] } = networkStatus(observed, inputs, set, now);
  return new Map(conditions.map((condition) => [condition.type, condition]));
}

describe.each(states.map((state) => [state.title, state] as const))('%s', (_, state) => {
  const { condition, stalled, message, row } = state;
  const [type] = condition.split('=') as [string];

  test('is reported with its reason and its message', () => {
    const found = conditionsOf(state, 1).get(type)!;
    expect(`${type}=${found.status} ${found.reason}`).toBe(condition);
    expect(found.message).toBe(message);
  });

  test(`needs user action ${stalled ?? 'never'}`, () => {
    const isStalled = (minutes: number) => conditionsOf(state, minutes).get('Stalled')!.status;
    expect(isStalled(1)).toBe(stalled === 'at once' ? 'True' : 'False');
    expect(isStalled(6)).toBe(stalled === undefined ? 'False' : 'True');
  });

  test('is described in docs/troubleshooting.md', () => {
    expect(message).toContain(row);
    expect(rows.some((line) => line.split(' | ')[0]!.includes(row))).toBe(true);
  });
});

test('no row of docs/troubleshooting.md lacks a state', () => {
  const described = (line: string) => states.some(({ row }) => line.includes(row));
  expect(rows.filter((line) => !described(line.split(' | ')[0]!))).toEqual([]);
});
