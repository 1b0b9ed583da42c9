import fc from 'fast-check';

/** Strings that YAML or templates interpret unless they are quoted. */
const text = fc.oneof(
  fc.constantFrom(
    ...['', 'yes', 'off', 'null', '~', '012', '0x1f', '1e3', '1:30', '1.10', '2001-01-01', '<<'],
    ...['{{ .Release.Name }}', '"quoted"', "it's", 'a: b', '# x', '- x', '100%s', 'a\\b', ' x '],
    ...['line\nline\n', 'tab\t', '&a', '*a', '!!str', '|', '>', '@x', '`x`', '\ufeff'],
  ),
  fc.string({ unit: 'grapheme' }),
);
const name = fc.stringMatching(/^[a-z][a-z0-9./-]{0,20}$/);
const map = (value: fc.Arbitrary<string>) =>
  fc.dictionary(
    fc.oneof(name, fc.constantFrom('app.kubernetes.io/name', 'yes', '1', 'null')),
    value,
    { maxKeys: 4 },
  );
const quantity = fc.constantFrom('1', '500m', '1e3', '64Mi', '0.5');
const quantities = fc.dictionary(fc.constantFrom('cpu', 'memory', 'ephemeral-storage'), quantity);
const integer = fc.oneof(fc.nat(10), fc.nat(2_000_000_000));
const optional = <T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(model, { requiredKeys: [] });

const tolerations = fc.array(
  optional({
    key: name,
    operator: fc.constantFrom('Exists', 'Equal'),
    value: text,
    effect: fc.constantFrom('NoSchedule', 'NoExecute'),
    tolerationSeconds: integer,
  }).filter((toleration) => Object.keys(toleration).length > 0),
  { maxLength: 3 },
);
const requirement = fc.record({
  key: name,
  operator: fc.constantFrom('In', 'NotIn'),
  values: fc.array(text, { minLength: 1, maxLength: 3 }),
});
const affinity = optional({
  nodeAffinity: fc.record({
    preferredDuringSchedulingIgnoredDuringExecution: fc.array(
      fc.record({
        weight: integer,
        preference: fc.record({ matchExpressions: fc.array(requirement, { minLength: 1 }) }),
      }),
      { minLength: 1, maxLength: 2 },
    ),
  }),
  podAntiAffinity: fc.record({
    requiredDuringSchedulingIgnoredDuringExecution: fc.array(
      fc.record({ topologyKey: text, labelSelector: fc.record({ matchLabels: map(text) }) }),
      { minLength: 1, maxLength: 2 },
    ),
  }),
});

/** A boolean that is true more often, so that several features are on at once. */
const mostly = fc.constantFrom(true, true, true, false);

const monitor = fc.record({
  enabled: mostly,
  interval: fc.constantFrom('', '15s', '{{ x }}'),
  labels: map(text),
  tokenSecret: fc.record({
    name: fc.constantFrom('', 'token', 'yes', '1'),
    key: fc.constantFrom('token', 'null', '{{ x }}'),
  }),
});

/** Values of the metrics. Some of their combinations are contradictory. */
export const metricsValues = fc.record({
  enabled: mostly,
  port: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 65_535 }) }, fc.constant(8080)),
  authentication: fc.constantFrom('None', 'TokenReview'),
  certificateSecret: fc.constantFrom('', 'certificate', 'yes', '1'),
  service: fc.record({ enabled: mostly }),
  serviceMonitor: monitor,
  podMonitor: monitor,
  alerts: fc.record({
    enabled: mostly,
    labels: map(text),
    runbookBase: fc.constantFrom('docs/runbooks', 'https://wiki.example//', '/', '{{ x }}', '100%'),
  }),
  dashboard: fc.record({
    enabled: mostly,
    labels: fc.oneof(map(text), fc.constantFrom({ grafana_dashboard: null }, { team: 'a' })),
    annotations: fc.oneof(map(text), fc.constantFrom({}, { grafana_folder: 'Bitcoin' })),
  }),
});

/** Values that a user sets, several at once. */
export const userValues = optional({
  image: optional({
    repository: fc.oneof(
      name,
      text.filter((value) => value !== ''),
    ),
    tag: text,
    digest: fc.constantFrom('', `sha256:${'0123456789abcdef'.repeat(4)}`),
  }),
  imagePullSecrets: fc.array(fc.record({ name: text.filter((value) => value !== '') }), {
    maxLength: 2,
  }),
  scope: fc.constantFrom('Cluster', 'Namespace'),
  replicas: integer,
  resources: optional({ requests: quantities, limits: quantities }),
  logLevel: fc.constantFrom('', 'trace', 'debug', 'info', 'warn', 'error'),
  nodeSelector: map(text),
  tolerations,
  affinity,
  priorityClassName: text,
  commonLabels: map(text),
  commonAnnotations: map(text),
  metrics: fc.oneof(metricsValues, fc.constant({ enabled: true })),
  crds: optional({ create: fc.boolean(), keep: fc.boolean() }),
});
