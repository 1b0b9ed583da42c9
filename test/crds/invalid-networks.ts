import { networkResource } from './network-resource.ts';

/** A resource that both the API server and validateBitcoinNetwork reject. */
export interface InvalidNetwork {
  /** What is wrong with the resource. */
  readonly name: string;
  readonly resource: object;
  /** The field that both errors name. */
  readonly field: string;
  /** A part of both error messages. */
  readonly message: string;
}

type InvalidSpec = readonly [name: string, spec: unknown, field: string, message: string];
type ReservedOption = readonly [option: string, message: string];
type ExcessiveRequest = readonly [resource: string, request: unknown, limit: unknown];

const named = (name: unknown) => networkResource({ nodes: 3 }, { name });

const names: InvalidNetwork[] = (
  [
    ['starting with a digit', '1st', 'start with a letter'],
    ['with a dot', 'a.b', 'no dots'],
    ['of 49 characters', 'a'.repeat(49), 'at most 48 characters'],
    ['of 253 characters', 'a'.repeat(253), 'at most 48 characters'],
    ['missing', undefined, 'Required value'],
  ] as const
).map(([name, value, message]) => ({
  name: `name ${name}`,
  resource: named(value),
  field: 'metadata.name',
  message,
}));

const labeled = (map: string, entries: object) =>
  networkResource({ nodes: 3 }, { name: 'alice', [map]: entries });

const metadata: InvalidNetwork[] = [
  {
    name: 'label value with a space',
    resource: labeled('labels', { team: 'a b' }),
    field: 'metadata.labels',
    message: 'a valid label must be an empty string or consist of',
  },
  {
    name: 'label name with two slashes',
    resource: labeled('labels', { 'a/b/c': '' }),
    field: 'metadata.labels',
    message: 'Invalid value: "a/b/c"',
  },
  {
    name: 'annotation name with a space',
    resource: labeled('annotations', { 'a b': '' }),
    field: 'metadata.annotations',
    message: 'name part must consist of alphanumeric characters',
  },
  {
    name: 'annotations of more than 256 KiB',
    resource: labeled('annotations', { note: 'x'.repeat(256 * 1024) }),
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

const specs: readonly InvalidSpec[] = [
  ['missing spec', undefined, 'spec', 'Required value'],
  ['spec as a string', 'three', 'spec', 'must be of type object'],
  ['unknown field', { nodes: 3, replicas: 3 }, 'spec.replicas', 'unknown field "spec.replicas"'],
  ['misspelt field', { nodes: 3, Secret: 'a' }, 'spec.Secret', 'unknown field "spec.Secret"'],

  ['missing nodes', {}, 'spec.nodes', 'Required value'],
  ['nodes below 0', { nodes: -1 }, 'spec.nodes', 'greater than or equal to 0'],
  ['nodes above 64', { nodes: 65 }, 'spec.nodes', 'less than or equal to 64'],
  ['nodes as a string', { nodes: '3' }, 'spec.nodes', 'must be of type integer'],
  // Kubernetes 1.36 writes int32 here, other versions integer.
  ['nodes as a fraction', { nodes: 1.5 }, 'spec.nodes', 'must be of type int'],

  ['secret empty', { nodes: 3, secret: '' }, 'spec.secret', 'should match'],
  ['secret in upper case', { nodes: 3, secret: 'Login' }, 'spec.secret', 'should match'],
  ['secret of 254 characters', { nodes: 3, secret: long(254) }, 'spec.secret', 'Too long'],
  ['secret as a number', { nodes: 3, secret: 1 }, 'spec.secret', 'must be of type string'],

  ['image empty', { nodes: 3, image: '' }, 'spec.image', 'should match'],
  ['image with a space', { nodes: 3, image: 'bitcoin 31' }, 'spec.image', 'should match'],
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
    'imagePullSecrets with a duplicate name',
    { nodes: 3, imagePullSecrets: [{ name: 'a' }, { name: 'b' }, { name: 'a' }] },
    'spec.imagePullSecrets[2]',
    'Duplicate value',
  ],
  [
    'imagePullSecrets with an entry without name',
    { nodes: 3, imagePullSecrets: [{ name: 'a' }, {}] },
    'spec.imagePullSecrets[1].name',
    'Required value',
  ],
  [
    'imagePullSecrets with an invalid name',
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
  ...['regtest.rpcport', '-debug', 'Debug', 'main section', ''].map((option): InvalidSpec => [
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
      ['above the largest safe integer', 2 ** 53, 'less than or equal to'],
    ] as const
  ).map(([name, value, message]): InvalidSpec => [
    `option value ${name}`,
    { nodes: 3, config: { debug: value } },
    'spec.config.debug',
    message,
  ]),
  ...['net\nrpcport=1', 'net\r', 'a\tb', 'net # all', '#'].map((value): InvalidSpec => [
    `option value ${JSON.stringify(value)}`,
    { nodes: 3, config: { debug: value } },
    'spec.config[debug]',
    'config values must be one line without #',
  ]),

  ...(
    [
      [3, 8],
      [3, '12'],
      [9, 18],
      [17, 18],
      [18, 19],
      [24, '20'],
      [64, 42],
      [3, 'many'],
      [3, -1],
    ] as const
  ).map(([nodes, maxconnections]): InvalidSpec => [
    `maxconnections ${maxconnections} with ${nodes} nodes`,
    { nodes, config: { maxconnections } },
    'spec.config',
    'set it to the number of nodes plus 10 (43 suffices for 64 nodes), or remove',
  ]),
  [
    'nomaxconnections',
    { nodes: 2, config: { nomaxconnections: 1 } },
    'spec.config',
    'remove maxconnections and nomaxconnections',
  ],
  ...['debug', 'onlynet', 'zmqpubrawblock'].map((option): InvalidSpec => [
    `several values of ${option} in config`,
    { nodes: 3, config: { [option]: 'net,validation' } },
    'spec.config',
    'configLists: {debug: [net, validation]}',
  ]),
  ...['true', 'False', 'yes', 'ON'].map((value): InvalidSpec => [
    `the switch ${value}`,
    { nodes: 3, config: { txindex: value } },
    'spec.config',
    'write 1 for on and 0 for off',
  ]),
  [
    'configLists with an option of config',
    { nodes: 3, config: { debug: 'net' }, configLists: { debug: ['rpc'] } },
    'spec.configLists',
    'must not have an option that config has',
  ],
  [
    'configLists with a value that has a comma',
    { nodes: 3, configLists: { debug: ['net,rpc'] } },
    'spec.configLists',
    'make each value an item of its own',
  ],
  ...['maxconnections', 'nomaxconnections'].map((option): InvalidSpec => [
    `configLists with ${option}`,
    { nodes: 3, configLists: { [option]: [43] } },
    'spec.configLists',
    'must not set maxconnections',
  ]),
  ...['rpcauth', 'port', 'bind', 'Debug'].map((option): InvalidSpec => [
    `configLists with the option ${option}`,
    { nodes: 3, configLists: { [option]: ['1'] } },
    'spec.configLists',
    'config',
  ]),
  [
    'configLists with a single value',
    { nodes: 3, configLists: { debug: 'net' } },
    'spec.configLists.debug',
    'must be of type array',
  ],
  [
    'configLists with a comment in a value',
    { nodes: 3, configLists: { debug: ['net # all'] } },
    'spec.configLists[debug][0]',
    'config values must be one line without #',
  ],
  [
    'configLists with 17 options',
    {
      nodes: 3,
      configLists: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`option${i}`, []])),
    },
    'spec.configLists',
    'must have at most 16 items',
  ],
  [
    'configLists with 17 values',
    { nodes: 3, configLists: { debug: Array(17).fill('net') } },
    'spec.configLists.debug',
    'must have at most 16 items',
  ],

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
  ...['requests', 'limits'].flatMap((list): InvalidSpec[] => [
    [
      `${list} as a list`,
      { nodes: 3, resources: { [list]: ['1Gi'] } },
      `spec.resources.${list}`,
      'must be of type object',
    ],
    [
      `${list} with an unsupported resource`,
      { nodes: 3, resources: { [list]: { 'hugepages-2Mi': '1Gi' } } },
      `spec.resources.${list}.hugepages-2Mi`,
      `unknown field "spec.resources.${list}.hugepages-2Mi"`,
    ],
    ...['cpu', 'memory', 'ephemeral-storage'].flatMap((resource) =>
      (
        [
          ['with an unknown unit', '1gb', 'should match'],
          ['negative', -1, 'greater than or equal to 0'],
          ['as a fraction in a number', 0.5, 'must be of type integer'],
          ['of 33 digits', '1'.repeat(33), 'Too long'],
        ] as const
      ).map(([name, value, message]): InvalidSpec => [
        `${list} with ${resource} ${name}`,
        { nodes: 3, resources: { [list]: { [resource]: value } } },
        `spec.resources.${list}.${resource}`,
        message,
      ]),
    ),
  ]),
];

const reservedOptions: readonly ReservedOption[] = [
  ['regtest', 'config must not select a chain'],
  ['chain', 'config must not select a chain'],
  ['notestnet4', 'config must not select a chain'],
  ['signetchallenge', 'config must not select a chain'],
  ['includeconf', 'config must not set files or directories'],
  ['datadir', 'config must not set files or directories'],
  ['nosettings', 'config must not set files or directories'],
  ['walletdir', 'config must not set files or directories'],
  ['daemon', 'config must not change how bitcoind runs'],
  ['noserver', 'config must not change how bitcoind runs'],
  ['printtoconsole', 'config must not change how bitcoind runs'],
  ['nodebuglogfile', 'config must not change how bitcoind runs'],
  ['port', 'config must not change where nodes listen'],
  ['nolisten', 'config must not change where nodes listen'],
  ['bind', 'config must not change where nodes listen'],
  ['addnode', 'config must not set peers'],
  ['noconnect', 'config must not set peers'],
  ['dnsseed', 'config must not set peers'],
  ['seednode', 'config must not set peers'],
  ['nodns', 'config must not change how nodes reach each other'],
  ['natpmp', 'config must not change how nodes reach each other'],
  ['proxy', 'config must not change how nodes reach each other'],
  ['rpcport', 'config must not configure the RPC server'],
  ['rpcauth', 'config must not configure the RPC server'],
  ['norpcthreads', 'config must not configure the RPC server'],
  ['norpcbind', 'config must not configure the RPC server'],
  ['rpcfutureoption', 'config must not configure the RPC server'],
];

const requests: readonly ExcessiveRequest[] = [
  ['cpu', 2, 1],
  ['cpu', '1001m', '1'],
  ['memory', '1Gi', '1G'],
  ['memory', '128Mi', 134217727],
  ['ephemeral-storage', '2Gi', '2047Mi'],
  ['ephemeral-storage', '1e3', 999],
];

/** At least two violations of each field and each rule. */
export const invalidNetworks: readonly InvalidNetwork[] = [
  ...names,
  ...metadata,
  ...specs.map(([name, spec, field, message]) => ({
    name,
    resource: networkResource(spec),
    field,
    message,
  })),
  ...reservedOptions.map(([option, message]) => ({
    name: `reserved option ${option}`,
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
    message: `requests.${resource} must not exceed limits.${resource}`,
  })),
];
