import fc from 'fast-check';
import { isApplied } from '../../kube/is-applied.ts';

const workload = (container: object, pod: object = {}) => ({
  spec: { template: { spec: { containers: [{ name: 'main', ...container }], ...pod } } },
});

describe('isApplied', () => {
  test.each([
    ['equal', { data: { a: '1' } }, { data: { a: '1' } }],
    ['filled in', { spec: { a: 1 } }, { spec: { a: 1, b: 2 }, status: { c: 3 } }],
    ['zero values left out', { spec: { a: {}, b: [], c: '', d: 0, e: false, f: { g: {} } } }, {}],
    ['null for absent', { metadata: { creationTimestamp: null } }, { metadata: {} }],
    [
      'quantities',
      workload({ resources: { limits: { cpu: '1000m', memory: '1024Mi' }, requests: { cpu: 2 } } }),
      workload({ resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '2' } } }),
    ],
    [
      'an emptyDir',
      { spec: { volumes: [{ name: 'v', emptyDir: { sizeLimit: '1024Ki' } }] } },
      { spec: { volumes: [{ name: 'v', emptyDir: { sizeLimit: '1Mi' } }] } },
    ],
    [
      'elements with other keys, in another order',
      workload({ env: [{ name: 'A', value: 'a' }, { name: 'B' }] }),
      workload(
        { env: [{ name: 'X' }, { name: 'B', value: '' }, { name: 'A', value: 'a' }] },
        { restartPolicy: 'Always' },
      ),
    ],
    [
      'a defaulted merge key',
      { spec: { ports: [{ port: 1 }] } },
      {
        spec: {
          ports: [
            { port: 1, protocol: 'UDP' },
            { port: 1, protocol: 'TCP', targetPort: 1 },
          ],
        },
      },
    ],
    [
      'sets',
      { metadata: { finalizers: ['b', 'a'] } },
      { metadata: { finalizers: ['a', 'b', 'c'] } },
    ],
    ['elements filled in', { spec: { l: [{ a: 1 }] } }, { spec: { l: [{ a: 1, b: 2 }] } }],
  ])('holds: %s', (_, desired, live) => {
    expect(isApplied(desired, live)).toBe(true);
  });

  test.each([
    ['another value', { data: { a: '1' } }, { data: { a: '2' } }],
    ['another type', { data: { a: '1' } }, { data: { a: 1 } }],
    ['a missing field', { data: { a: '1' } }, { data: {} }],
    ['a missing map', { data: { a: '1' } }, {}],
    ['a map for a list', { spec: { a: [1] } }, { spec: { a: { 0: 1 } } }],
    ['a zero that is something else', { spec: { a: 0 } }, { spec: { a: 1 } }],
    ['an empty list that is not', { spec: { args: [] } }, { spec: { args: ['x'] } }],
    ['text that reads like a quantity', { data: { limits: '1000m' } }, { data: { limits: '1' } }],
    [
      'an environment variable that reads like one',
      workload({ env: [{ name: 'A', value: '1000m' }] }),
      workload({ env: [{ name: 'A', value: '1' }] }),
    ],
    [
      'another quantity',
      workload({ resources: { limits: { cpu: '1' } } }),
      workload({ resources: { limits: { cpu: '2' } } }),
    ],
    [
      'no quantity',
      workload({ resources: { limits: { cpu: 'x' } } }),
      workload({ resources: { limits: { cpu: 'y' } } }),
    ],
    ['another order', workload({ args: ['a', 'b'] }), workload({ args: ['b', 'a'] })],
    ['a longer list', workload({ args: ['a'] }), workload({ args: ['a', 'b'] })],
    ['a missing element', workload({ env: [{ name: 'A' }] }), workload({ env: [{ name: 'B' }] })],
    [
      'another protocol',
      { spec: { ports: [{ port: 1 }] } },
      { spec: { ports: [{ port: 1, protocol: 'UDP' }] } },
    ],
    ['a missing finalizer', { metadata: { finalizers: ['a'] } }, { metadata: { finalizers: [] } }],
  ])('does not hold: %s', (_, desired, live) => {
    expect(isApplied(desired, live)).toBe(false);
  });

  test('holds for any object and itself with additions, not for a changed leaf', () => {
    const leaf = fc.oneof(fc.integer({ min: 1 }), fc.string({ minLength: 1 }), fc.constant(true));
    const field = fc.stringMatching(/^[a-z]{1,3}$/);
    const tree = fc.letrec((tie) => ({
      map: fc.dictionary(
        field,
        fc.oneof({ depthSize: 'small' }, leaf, tie('map'), fc.array(tie('map'), { maxLength: 3 })),
        { maxKeys: 4 },
      ),
    })).map;
    fc.assert(
      fc.property(tree, leaf, (desired, value) => {
        const live = { ...(structuredClone(desired) as object), added: 1 };
        expect(isApplied({ spec: desired }, { spec: live })).toBe(true);
        expect(isApplied({ spec: { ...(desired as object), zzzz: value } }, { spec: live })).toBe(
          false,
        );
      }),
    );
  });
});
