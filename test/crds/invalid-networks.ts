import { networkResource } from './network-resource.ts';

/** A resource that the API server and validateBitcoinNetwork both refuse. */
export interface InvalidNetwork {
  /** How it is broken. */
  readonly name: string;
  readonly resource: object;
  /** The field that both complain of. */
  readonly field: string;
  /** What both say of it, among other words. */
  readonly message: string;
}

type Break = readonly [name: string, spec: unknown, field: string, message: string];
type Owned = readonly [option: string, message: string];
type Request = readonly [resource: string, request: unknown, limit: unknown];

const named = (name: unknown) => networkResource({ nodes: 3 }, { name });

const names: InvalidNetwork[] = (
  [
    ['starting with a digit', '1st', 'starts with a letter'],
    ['with a dot', 'a.b', 'no dots'],
    ['of 49 characters', 'a'.repeat(49), 'at most 48 characters'],
    ['of 253 characters', 'a'.repeat(253), 'at most 48 characters'],
    ['left out', undefined, 'Required value'],
  ] as const
).map(([name, value, message]) => ({
  name: `name ${name}`,
  resource: named(value),
  field: 'metadata.name',
  message,
}));

const labelled = (map: string, entries: object) =>
  networkResource({ nodes: 3 }, { name: 'alice', [map]: entries });

const metadata: InvalidNetwork[] = [
  {
    name: 'label value with a blank',
    resource: labelled('labels', { team: 'a b' }),
    field: 'metadata.labels',
    message: 'a valid label must be an empty string or consist of',
  },
  {
    name: 'label name with two slashes',
    resource: labelled('labels', { 'a/b/c': '' }),
    field: 'metadata.labels',
    message: 'Invalid value: "a/b/c"',
  },
  {
    name: 'annotation name with a blank',
    resource: labelled('annotations', { 'a b': '' }),
    field: 'metadata.annotations',
    message: 'name part must consist of alphanumeric characters',
  },
  {
    name: 'annotations of more than 256 KiB',
    resource: labelled('annotations', { note: 'x'.repeat(256 * 1024) }),
    field: 'metadata.annotations',
    message: 'Too long: may not be more than 262144 bytes',
  },
  {
    name: 'unknown field of metadata',
    resource: networkResource({ nodes: 3 }, { name: 'alice', label: {} }),
    field: 'metadata.label',
    message: 'unknown field "metadata.label"',
  },
];

const long = (length: number): string => 'a'.repeat(length);
const options = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`option${index}`, index]));
const secrets = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ name: `login-${index}` }));

const breaks: readonly Break[] = [
  ['spec left out', undefined, 'spec', 'Required value'],
  ['spec as a string', 'three', 'spec', 'must be of type object'],
  ['unknown field', { nodes: 3, replicas: 3 }, 'spec.replicas', 'unknown field "spec.replicas"'],
  ['misspelt field', { nodes: 3, Secret: 'a' }, 'spec.Secret', 'unknown field "spec.Secret"'],

  ['nodes left out', {}, 'spec.nodes', 'Required value'],
  ['nodes below 0', { nodes: -1 }, 'spec.nodes', 'greater than or equal to 0'],
  ['nodes above 64', { nodes: 65 }, 'spec.nodes', 'less than or equal to 64'],
  ['nodes as a string', { nodes: '3' }, 'spec.nodes', 'must be of type integer'],
  // Kubernetes 1.36 says int32 here.
  ['nodes as a fraction', { nodes: 1.5 }, 'spec.nodes', 'must be of type int'],

  ['secret empty', { nodes: 3, secret: '' }, 'spec.secret', 'should match'],
  ['secret in upper case', { nodes: 3, secret: 'Login' }, 'spec.secret', 'should match'],
  ['secret of 254 characters', { nodes: 3, secret: long(254) }, 'spec.secret', 'Too long'],
  ['secret as a number', { nodes: 3, secret: 1 }, 'spec.secret', 'must be of type string'],

  ['image empty', { nodes: 3, image: '' }, 'spec.image', 'should match'],
  ['image with a blank', { nodes: 3, image: 'bitcoin 31' }, 'spec.image', 'should match'],
  ['image of 513 characters', { nodes: 3, image: long(513) }, 'spec.image', 'Too long'],
  ['image as a list', { nodes: 3, image: ['bitcoin'] }, 'spec.image', 'must be of type string'],

  [
    'imagePullPolicy in lower case',
    { nodes: 3, imagePullPolicy: 'always' },
    'spec.imagePullPolicy',
    'supported values: "Always", "IfNotPresent", "Never"',
  ],
  [
    'imagePullPolicy as a boolean',
    { nodes: 3, imagePullPolicy: true },
    'spec.imagePullPolicy',
    'must be of type string',
  ],

  [
    'imagePullSecrets as a string',
    { nodes: 3, imagePullSecrets: 'login' },
    'spec.imagePullSecrets',
    'must be of type array',
  ],
  [
    'imagePullSecrets with 17 entries',
    { nodes: 3, imagePullSecrets: secrets(17) },
    'spec.imagePullSecrets',
    'must have at most 16 items',
  ],
  [
    'imagePullSecrets naming one twice',
    { nodes: 3, imagePullSecrets: [{ name: 'a' }, { name: 'b' }, { name: 'a' }] },
    'spec.imagePullSecrets[2]',
    'Duplicate value',
  ],
  [
    'imagePullSecrets without a name',
    { nodes: 3, imagePullSecrets: [{ name: 'a' }, {}] },
    'spec.imagePullSecrets[1].name',
    'Required value',
  ],
  [
    'imagePullSecrets with a bad name',
    { nodes: 3, imagePullSecrets: [{ name: 'a_b' }] },
    'spec.imagePullSecrets[0].name',
    'should match',
  ],

  ['config as a list', { nodes: 3, config: ['debug'] }, 'spec.config', 'must be of type object'],
  [
    'config with 65 options',
    { nodes: 3, config: options(65) },
    'spec.config',
    'must have at most 64 items',
  ],
  ...['regtest.rpcport', '-debug', 'Debug', 'main section', ''].map((option): Break => [
    `option named "${option}"`,
    { nodes: 3, config: { [option]: 1 } },
    'spec.config',
    'without dash, section or chain prefix',
  ]),
  ...(
    [
      ['as a fraction', 1.5, 'must be of type integer'],
      ['as a boolean', true, 'must be of type integer'],
      ['as a list', ['net', 'rpc'], 'must be of type integer'],
      ['of 1025 characters', 'x'.repeat(1025), 'Too long'],
      ['beyond what JavaScript can hold', 2 ** 53, 'less than or equal to'],
    ] as const
  ).map(([name, value, message]): Break => [
    `option ${name}`,
    { nodes: 3, config: { debug: value } },
    'spec.config.debug',
    message,
  ]),
  ...['net\nrpcport=1', 'net\r', 'a\tb', 'net # all', '#'].map((value): Break => [
    `option with the value ${JSON.stringify(value)}`,
    { nodes: 3, config: { debug: value } },
    'spec.config[debug]',
    'a value is one line',
  ]),

  [
    'resources as a string',
    { nodes: 3, resources: 'small' },
    'spec.resources',
    'must be of type object',
  ],
  [
    'resources with claims',
    { nodes: 3, resources: { claims: [] } },
    'spec.resources.claims',
    'unknown field "spec.resources.claims"',
  ],
  ...['requests', 'limits'].flatMap((list): Break[] => [
    [
      `${list} as a list`,
      { nodes: 3, resources: { [list]: ['1Gi'] } },
      `spec.resources.${list}`,
      'must be of type object',
    ],
    [
      `${list} of a resource that is not offered`,
      { nodes: 3, resources: { [list]: { 'hugepages-2Mi': '1Gi' } } },
      `spec.resources.${list}.hugepages-2Mi`,
      `unknown field "spec.resources.${list}.hugepages-2Mi"`,
    ],
    ...['cpu', 'memory', 'ephemeral-storage'].flatMap((resource) =>
      (
        [
          ['in an unknown unit', '1gb', 'should match'],
          ['negative', -1, 'greater than or equal to 0'],
          ['as a fraction that is not a string', 0.5, 'must be of type integer'],
          ['of 33 digits', '1'.repeat(33), 'Too long'],
        ] as const
      ).map(([name, value, message]): Break => [
        `${list} with ${resource} ${name}`,
        { nodes: 3, resources: { [list]: { [resource]: value } } },
        `spec.resources.${list}.${resource}`,
        message,
      ]),
    ),
  ]),
];

const owned: readonly Owned[] = [
  ['regtest', 'the network sets the chain'],
  ['chain', 'the network sets the chain'],
  ['notestnet4', 'the network sets the chain'],
  ['signetchallenge', 'the network sets the chain'],
  ['includeconf', 'the network sets files and directories'],
  ['datadir', 'the network sets files and directories'],
  ['nosettings', 'the network sets files and directories'],
  ['walletdir', 'the network sets files and directories'],
  ['daemon', 'the network sets how bitcoind runs'],
  ['noserver', 'the network sets how bitcoind runs'],
  ['printtoconsole', 'the network sets how bitcoind runs'],
  ['nodebuglogfile', 'the network sets how bitcoind runs'],
  ['port', 'the network sets where nodes listen'],
  ['nolisten', 'the network sets where nodes listen'],
  ['bind', 'the network sets where nodes listen'],
  ['addnode', 'the network plans the links'],
  ['noconnect', 'the network plans the links'],
  ['dnsseed', 'the network plans the links'],
  ['seednode', 'the network plans the links'],
  ['nodns', 'the network sets how nodes reach each other'],
  ['natpmp', 'the network sets how nodes reach each other'],
  ['proxy', 'the network sets how nodes reach each other'],
  ['rpcport', 'remove every rpc option'],
  ['rpcauth', 'remove every rpc option'],
  ['norpcbind', 'remove every rpc option'],
  ['rpcnotyetknown', 'remove every rpc option'],
];

const requests: readonly Request[] = [
  ['cpu', 2, 1],
  ['cpu', '1001m', '1'],
  ['memory', '1Gi', '1G'],
  ['memory', '128Mi', 134217727],
  ['ephemeral-storage', '2Gi', '2047Mi'],
  ['ephemeral-storage', '1e3', 999],
];

/** Each field and each rule, broken in at least two ways. */
export const invalidNetworks: readonly InvalidNetwork[] = [
  ...names,
  ...metadata,
  ...breaks.map(([name, spec, field, message]) => ({
    name,
    resource: networkResource(spec),
    field,
    message,
  })),
  ...owned.map(([option, message]) => ({
    name: `option ${option}, which the network sets`,
    resource: networkResource({ nodes: 3, config: { [option]: '1' } }),
    field: 'spec.config',
    message,
  })),
  ...requests.map(([resource, request, limit]) => ({
    name: `${resource} request ${String(request)} above its limit ${String(limit)}`,
    resource: networkResource({
      nodes: 3,
      resources: { requests: { [resource]: request }, limits: { [resource]: limit } },
    }),
    field: 'spec.resources',
    message: `the request for ${resource} is above its limit`,
  })),
];
