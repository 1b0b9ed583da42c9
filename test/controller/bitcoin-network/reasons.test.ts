import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execaSync } from 'execa';
import {
  eventTable,
  type NetworkEvent,
} from '../../../controller/bitcoin-network/event-reasons.ts';
import {
  conditionTable,
  networkCondition,
  type ConditionEntry,
} from '../../../controller/bitcoin-network/reasons.ts';
import { checkout } from '../../framework/checkout.ts';
import { states } from './status/states.ts';

/** The sources of the controller without its tables of reasons. */
const sources = execaSync('git', ['ls-files', 'controller'], { cwd: checkout, lines: true })
  .stdout.filter((path) => !path.endsWith('reasons.ts'))
  .map((path) => readFileSync(join(checkout, path), 'utf8'))
  .join('\n');

const conditions: Readonly<Record<string, ConditionEntry>> = conditionTable;
const reasons = Object.entries(conditions).flatMap(([type, entry]) =>
  Object.entries(entry.reasons).map(([reason, { status }]) => ({ type, reason, status })),
);

test('networkCondition takes the status from the table', () => {
  const message = 'why';
  expect(networkCondition('PeersConnected', 'RpcPending', message)).toEqual({
    ...{ type: 'PeersConnected', status: 'Unknown', reason: 'RpcPending', message },
  });
  // @ts-expect-error -- LinksDown is no reason of Ready
  expect(() => networkCondition('Ready', 'LinksDown', message)).toThrow(TypeError);
});

test('an event has one of the types of its reason', () => {
  const warning: NetworkEvent = { type: 'Warning', reason: 'RollingUpdate', note: 'a' };
  // @ts-expect-error -- Created is Normal
  const invalid: NetworkEvent = { type: 'Warning', reason: 'Created', note: 'a' };
  const types = (event: NetworkEvent): readonly string[] => eventTable[event.reason].types;
  expect(types(warning)).toContain(warning.type);
  expect(types(invalid)).not.toContain(invalid.type);
});

test.each(reasons)('the controller uses the reason $reason of $type', ({ type, reason }) => {
  expect(sources).toContain(`'${type}'`);
  expect(sources).toContain(`'${reason}'`);
});

test.each(Object.keys(eventTable))('the controller records events with the reason %s', (reason) => {
  expect(sources).toMatch(new RegExp(`(reason: |reason = |\\[)'${reason}'`));
});

test('no part of the controller records events without the type NetworkEvent', () => {
  expect(sources).toContain('recorder.record(');
  expect(sources).not.toContain('EventRecorder');
});

describe.each(Object.entries(conditions.Ready!.reasons))(
  'the table entry of %s',
  (reason, entry) => {
    const reported = states.filter(({ condition }) => condition === `Ready=False ${reason}`);
    const stalled = reported.flatMap((state) => state.stalled ?? []);

    test('says when Stalled is True', () => {
      expect(stalled.filter((when) => entry.stalled?.includes(when) !== true)).toEqual([]);
    });

    test('mentions Stalled only if a state with the reason needs user action', () => {
      // The controller of another namespace reports no other states with this reason.
      const isReported = stalled.length > 0 || reason === 'OtherController';
      if (entry.stalled !== undefined) expect(isReported).toBe(true);
    });
  },
);
