import { manifestOf } from './builders.ts';

test('the namespace of the controller admits only pods of the level "restricted"', () => {
  expect(manifestOf('Namespace').metadata).toMatchObject({
    name: 'bitcoin-controller',
    labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
  });
});
