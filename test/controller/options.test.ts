import { parseOptions } from '../../controller/options.ts';

test('watches all namespaces and defaults to the namespace and port of dist/', () => {
  expect(parseOptions([], {})).toMatchObject({
    watchNamespace: undefined,
    namespace: 'bitcoin-controller',
    health: { port: 8080 },
  });
});

test('reads the namespace and the name of the pod from the environment', () => {
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
])('rejects %j and names the argument', (args, message) => {
  expect(() => parseOptions(args, {})).toThrow(message);
});

test('rejects an unknown log level', () => {
  expect(() => parseOptions([], { LOG_LEVEL: 'verbose' })).toThrow('LOG_LEVEL=verbose: use one of');
});

test('returns undefined for --help', () => {
  expect(parseOptions(['--help'], {})).toBeUndefined();
});
