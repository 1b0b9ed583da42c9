import {
  areObjectsApplied,
  failingFor,
  objectsCondition,
} from '../../../../controller/bitcoin-network/objects/condition.ts';
import type { Condition } from '../../../../kube/api/conditions.ts';
import { network, objectsApplied } from '../../builders.ts';

describe('objectsCondition', () => {
  test('is True if every object was stored as it was sent', () => {
    expect(objectsCondition(undefined)).toMatchObject({
      type: 'ObjectsApplied',
      status: 'True',
      reason: 'AllObjectsApplied',
    });
  });

  test('has the reason and the message of a failure', () => {
    const failure = { reason: 'ObjectExists', message: 'in the way', terminal: true } as const;
    expect(objectsCondition(failure, ['Service a: spec'])).toEqual({
      type: 'ObjectsApplied',
      status: 'False',
      reason: 'ObjectExists',
      message: 'in the way',
    });
  });
});

const withCondition = (changes: Partial<Condition>) => ({
  ...network(),
  status: { conditions: [{ ...objectsApplied(2), ...changes }] },
});

describe('areObjectsApplied', () => {
  test.each<[boolean, string, Partial<Condition>]>([
    [true, 'ObjectsApplied is True', {}],
    [true, 'admission overrides objects', { status: 'False', reason: 'OverriddenByAdmission' }],
    [false, 'an apply failed', { status: 'False', reason: 'ApplyFailed' }],
    [false, 'another owner has an object', { status: 'False', reason: 'ObjectExists' }],
    [false, 'the condition describes an earlier spec', { observedGeneration: 1 }],
  ])('returns %p if %s', (expected, _, changes) => {
    expect(areObjectsApplied(withCondition(changes))).toBe(expected);
  });

  test('returns false without the condition', () => {
    expect(areObjectsApplied(network())).toBe(false);
    expect(areObjectsApplied({ ...network(), status: { observedGeneration: 2 } })).toBe(false);
  });
});

test('failingFor returns the time since applies began to fail', () => {
  const now = Date.parse('2026-01-01T12:05:00Z');
  expect(failingFor(network(), now)).toBe(0);
  expect(failingFor(withCondition({}), now)).toBe(0);
  expect(failingFor(withCondition({ status: 'False', reason: 'ObjectExists' }), now)).toBe(0);
  expect(failingFor(withCondition({ status: 'False', reason: 'ApplyFailed' }), now)).toBe(300_000);
});
