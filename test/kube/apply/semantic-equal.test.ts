import { semanticEqual } from '../../../kube/apply/semantic-equal.ts';

describe('semanticEqual', () => {
  test.each<[string, string, unknown, unknown]>([
    ['equal text', 'data.a', '1', '1'],
    ['an equal list', 'main.args', ['a', 'b'], ['a', 'b']],
    ['omitted zero values', 'spec.a', { a: {}, b: [], c: '', d: 0, e: false, f: null }, {}],
    ['null and an absent field', 'spec.a', null, undefined],
    ['equal quantities', 'resources.limits.cpu', '1000m', '1'],
    ['a limit below a thousandth', 'resources.limits.cpu', '0.0001', '1m'],
    ['a limit whose exponent grows', 'resources.limits.cpu', '1000e99', '1e102'],
    ['a limit above 2^63-1', 'resources.limits.memory', '99E', '99E'],
    ['a capped limit', 'resources.limits.memory', '9Ei', '9223372036854775807'],
    ['negative zero', 'resources.limits.cpu', '-0', '0'],
    ['a number and an equal quantity', 'resources.requests.cpu', 2, '2'],
    ['a quantity in a map', 'volumes.emptyDir', { sizeLimit: '1024Ki' }, { sizeLimit: '1Mi' }],
    [
      'quantities in a map of resources',
      'x.resources',
      { limits: { cpu: '1000m' } },
      { limits: { cpu: '1' } },
    ],
    ['an omitted default', 'env.valueFrom', { fieldRef: {} }, { fieldRef: { apiVersion: 'v1' } }],
    [
      'an omitted default of a list item',
      'spec.ports',
      [{ port: 1 }],
      [{ port: 1, protocol: 'TCP' }],
    ],
  ])('returns true for %s', (_, path, desired, live) => {
    expect(semanticEqual(desired, live, path.split('.'))).toBe(true);
  });

  test.each<[string, string, unknown, unknown]>([
    ['another value', 'data.a', '1', '2'],
    ['another type', 'data.a', '1', 1],
    ['a missing field', 'spec.a', { b: 1 }, {}],
    ['a missing map', 'spec.a', { b: 1 }, undefined],
    ['an additional field', 'spec.a', { b: 1 }, { b: 1, c: 2 }],
    ['a list and a map', 'spec.a', [1], { 0: 1 }],
    ['zero and another number', 'spec.a', 0, 1],
    ['an empty and a non-empty list', 'main.args', [], ['x']],
    ['another order', 'main.args', ['a', 'b'], ['b', 'a']],
    ['a longer list', 'main.args', ['a'], ['a', 'b']],
    ['a shorter list', 'main.args', ['a', 'b'], ['a']],
    ['quantities in a field for text', 'data.limits', '1000m', '1'],
    ['different quantities', 'resources.limits.cpu', '1', '2'],
    ['different quantities above 2^63-1', 'resources.limits.memory', '99E', '98E'],
    ['a size below a thousandth', 'volumes.emptyDir', { sizeLimit: '1u' }, { sizeLimit: '1m' }],
    ['different invalid quantities', 'resources.limits.cpu', 'x', 'y'],
    [
      'an omitted value that is not the default',
      'env.valueFrom',
      { fieldRef: {} },
      { fieldRef: { apiVersion: 'v2' } },
    ],
  ])('returns false for %s', (_, path, desired, live) => {
    expect(semanticEqual(desired, live, path.split('.'))).toBe(false);
  });
});
