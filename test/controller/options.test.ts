import { parseOptions } from '../../controller/options.ts';

test('by default it works for every namespace, from the one where dist/ installs it', () => {
  expect(parseOptions([], {})).toMatchObject({
    watchNamespace: undefined,
    namespace: 'bitcoin-controller',
    health: { port: 8080 },
  });
});

test('takes what a pod has', () => {
  const env = { POD_NAMESPACE: 'team-a', POD_NAME: 'controller-1' };
  expect(parseOptions(['--namespace=team-a'], env)).toMatchObject({
    watchNamespace: 'team-a',
    namespace: 'team-a',
    identity: 'controller-1',
  });
});

test.each([
  [['--namespace', ''], '--namespace'],
  [['--namespace', 'a,b'], '--namespace a,b: use the name of one namespace'],
  [['--health-port', 'http'], '--health-port http'],
  [['--frequency', '1'], '--frequency'],
])('%j is refused', (args, message) => {
  expect(() => parseOptions(args, {})).toThrow(message);
});

test('help is no error', () => {
  expect(parseOptions(['--help'], {})).toBeUndefined();
});
