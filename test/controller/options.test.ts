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
  [['--metrics-port', '70000'], '--metrics-port 70000: use a number from 0 to 65535'],
  [['--metrics-auth', 'basic'], '--metrics-auth basic: use none or tokenreview'],
])('rejects %j and names the argument', (args, message) => {
  expect(() => parseOptions(args, {})).toThrow(message);
});

test.each([[[]], [['--metrics-port', '0']], [['--metrics-auth', 'tokenreview']]])(
  'serves no metrics with the arguments %j',
  (args) => {
    expect(parseOptions(args, {})!.metrics).toBeUndefined();
  },
);

test('serves metrics on a port of their own', () => {
  const env = { BIND_ADDRESS: '127.0.0.1' };
  expect(parseOptions(['--metrics-port=8090'], env)!.metrics).toEqual({
    host: '127.0.0.1',
    port: 8090,
    authenticates: false,
    certificateFolder: undefined,
  });
  const args = ['--metrics-port=8090', '--metrics-auth=tokenreview', '--metrics-cert-dir=/tls'];
  expect(parseOptions(args, env)!.metrics).toMatchObject({
    authenticates: true,
    certificateFolder: '/tls',
  });
});

test('rejects an unknown log level', () => {
  expect(() => parseOptions([], { LOG_LEVEL: 'verbose' })).toThrow('LOG_LEVEL=verbose: use one of');
});

test('returns undefined for --help', () => {
  expect(parseOptions(['--help'], {})).toBeUndefined();
});
