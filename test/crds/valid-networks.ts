import { networkResource } from './network-resource.ts';

/** A resource at a limit that both the API server and validateBitcoinNetwork accept. */
export interface ValidNetwork {
  readonly name: string;
  readonly resource: object;
}

const config = (options: object) => networkResource({ nodes: 3, config: options });
const resources = (requirements: object) => networkResource({ nodes: 3, resources: requirements });

export const validNetworks: readonly ValidNetwork[] = [
  { name: 'no nodes', resource: networkResource({ nodes: 0 }) },
  { name: '64 nodes', resource: networkResource({ nodes: 64 }) },
  { name: 'a name of one letter', resource: networkResource({ nodes: 3 }, { name: 'a' }) },
  {
    name: 'a name of 48 characters',
    resource: networkResource({ nodes: 3 }, { name: `a-${'1'.repeat(46)}` }),
  },
  {
    name: 'labels and annotations',
    resource: networkResource(
      { nodes: 3 },
      { name: 'alice', labels: { 'example.com/team': '' }, annotations: { note: 'two\nlines' } },
    ),
  },
  {
    name: 'every field',
    resource: networkResource({
      nodes: 3,
      secret: 'bitcoin-default-secret',
      image: 'registry.example:5000/bitcoin:29.4@sha256:0123456789abcdef',
      imagePullPolicy: 'Never',
      imagePullSecrets: [{ name: 'a' }, { name: 'b.c' }],
      config: { maxmempool: 5 },
      resources: { requests: { cpu: '50m' }, limits: { memory: '1Gi' } },
    }),
  },
  {
    name: 'names of maximum length',
    resource: networkResource({ nodes: 3, secret: 'a'.repeat(253), image: 'a'.repeat(512) }),
  },
  {
    name: 'empty lists and maps',
    resource: networkResource({ nodes: 3, imagePullSecrets: [], config: {}, resources: {} }),
  },
  {
    name: 'null for optional fields',
    resource: networkResource({ nodes: 3, secret: null, image: null, config: { debug: null } }),
  },
  {
    name: '64 options',
    resource: config(
      Object.fromEntries(Array.from({ length: 64 }, (_, index) => [`option${index}`, index])),
    ),
  },
  {
    name: 'options that replace defaults of the network',
    resource: config({ dbcache: 100, fallbackfee: '0.0002', maxtipage: 86400 }),
  },
  {
    name: 'options that release 0.1.0 reserved',
    resource: config({ rpcthreads: 8, rpcworkqueue: 64 }),
  },
  {
    name: 'options with names similar to reserved ones',
    resource: config({
      nodebug: 1,
      deprecatedrpc: 'x',
      onlynet: 'ipv4',
      peerbloomfilters: 1,
      listenonion: 0,
      rest: 1,
    }),
  },
  {
    name: 'values of every kind',
    resource: config({
      wallet: '',
      uacomment: 'x'.repeat(1024),
      vbparams: 'taproot:0:9223372036854775807',
      stopatheight: -1,
      mocktime: Number.MAX_SAFE_INTEGER,
      alertnotify: "echo '%s' = \u00e9 \u{1f600}",
    }),
  },
  {
    name: 'options named like properties of JavaScript objects',
    resource: config({ constructor: 1, valueof: 1 }),
  },
  {
    name: 'requests equal to limits in another notation',
    resource: resources({
      requests: { cpu: '1000m', memory: '1Gi', 'ephemeral-storage': '.5k' },
      limits: { cpu: 1, memory: 1073741824, 'ephemeral-storage': '5e2' },
    }),
  },
  {
    name: 'a request and a limit of different resources',
    resource: resources({ requests: { cpu: 2 }, limits: { memory: '1Gi' } }),
  },
  {
    name: 'quantities above the maximum of Kubernetes',
    resource: resources({ requests: { memory: '99E' }, limits: { memory: '9E98' } }),
  },
];

/** Resources that release 0.1.0 does not accept, or reserves options of. */
export const newValidNetworks: readonly ValidNetwork[] = [
  ...(
    [
      [1, 0],
      [3, 13],
      [9, 19],
      [17, '19'],
      [18, 20],
      [24, 23],
      [64, 43],
    ] as const
  ).map(([nodes, maxconnections]) => ({
    name: `maxconnections ${maxconnections} with ${nodes} nodes`,
    resource: networkResource({ nodes, config: { maxconnections } }),
  })),
  {
    name: 'options with several values',
    resource: networkResource({
      nodes: 3,
      config: { onlynet: 'ipv4' },
      configLists: { debug: ['net', 'validation', 1], zmqpubrawblock: ['tcp://0.0.0.0:28332'] },
    }),
  },
  {
    name: '16 lists of 16 values',
    resource: networkResource({
      nodes: 3,
      configLists: Object.fromEntries(
        Array.from({ length: 16 }, (_, i) => [`option${i}`, Array(16).fill('x'.repeat(256))]),
      ),
    }),
  },
  {
    name: 'texts that look like switches',
    resource: config({ wallet: 'on', uacomment: 'true', blocknotify: 'true' }),
  },
  {
    name: 'commas in an option with one value',
    resource: config({ whitelist: 'noban,relay@10.0.0.1' }),
  },
];
