import { semanticEqual } from '../../../kube/apply/semantic-equal.ts';

describe('isSameValue', () => {
  test.each<[string, string, unknown, unknown]>([
    ['equal text', 'data.a', '1', '1'],
    ['an equal list', 'main.args', ['a', 'b'], ['a', 'b']],
    ['zero values left out', 'spec.a', { a: {}, b: [], c: '', d: 0, e: false, f: null }, {}],
    ['null for absent', 'spec.a', null, undefined],
    ['a quantity', 'resources.limits.cpu', '1000m', '1'],
    ['a quantity of another type', 'resources.requests.cpu', 2, '2'],
    ['a quantity within', 'volumes.emptyDir', { sizeLimit: '1024Ki' }, { sizeLimit: '1Mi' }],
    ['quantities within', 'x.resources', { limits: { cpu: '1000m' } }, { limits: { cpu: '1' } }],
    ['a default', 'env.valueFrom', { fieldRef: {} }, { fieldRef: { apiVersion: 'v1' } }],
    ['a default of an element', 'spec.ports', [{ port: 1 }], [{ port: 1, protocol: 'TCP' }]],
  ])('holds: %s', (_, path, desired, live) => {
    expect(semanticEqual(desired, live, path.split('.'))).toBe(true);
  });

  test.each<[string, string, unknown, unknown]>([
    ['another value', 'data.a', '1', '2'],
    ['another type', 'data.a', '1', 1],
    ['a missing field', 'spec.a', { b: 1 }, {}],
    ['a missing map', 'spec.a', { b: 1 }, undefined],
    ['one field more', 'spec.a', { b: 1 }, { b: 1, c: 2 }],
    ['a map for a list', 'spec.a', [1], { 0: 1 }],
    ['a zero that is something else', 'spec.a', 0, 1],
    ['an empty list that is not', 'main.args', [], ['x']],
    ['another order', 'main.args', ['a', 'b'], ['b', 'a']],
    ['a longer list', 'main.args', ['a'], ['a', 'b']],
    ['a shorter list', 'main.args', ['a', 'b'], ['a']],
    ['text that reads like a quantity', 'data.limits', '1000m', '1'],
    ['another quantity', 'resources.limits.cpu', '1', '2'],
    ['no quantity', 'resources.limits.cpu', 'x', 'y'],
    ['what is no default', 'env.valueFrom', { fieldRef: {} }, { fieldRef: { apiVersion: 'v2' } }],
  ])('does not hold: %s', (_, path, desired, live) => {
    expect(semanticEqual(desired, live, path.split('.'))).toBe(false);
  });
});
