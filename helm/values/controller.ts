import {
  defaultControllerImage,
  defaultResources,
  logLevels,
  type ControllerInstallProps,
} from '../../constructs/controller-install/props.ts';
import { metricsSettings } from './metrics.ts';
import { affinitySchema, mapOfStrings, quantities, tolerationSchema } from './schemas.ts';
import { choose, fromRelease, insert, type Put, type Setting } from './setting.ts';
import { valueAt } from './value.ts';

/** Sets a property of ControllerInstall. */
const prop =
  <P extends keyof ControllerInstallProps>(name: P): Put<ControllerInstallProps[P]> =>
  (settings, value) => ({ ...settings, controller: { ...settings.controller, [name]: value } });

const [repository = '', tag = ''] = defaultControllerImage.split(/:(?=[^/]*$)/);

/** The version of the controller that the chart installs by default. */
export const appVersion = tag;

/** Each property of ControllerInstall with its values, in the order of values.yaml. */
export const controllerSettings: Readonly<
  Record<keyof ControllerInstallProps, Setting | readonly Setting[]>
> = {
  image: insert({
    put: prop('image'),
    sentinel: 'sentinel.example/image:1',
    expression: [
      'printf "%s%s" .Values.image.repository',
      '(ternary (printf ":%s" (.Values.image.tag | default .Chart.AppVersion))',
      '(printf "@%s" .Values.image.digest) (empty .Values.image.digest))',
    ].join(' '),
    read: (values) => {
      const part = (name: string) => valueAt(values, `image.${name}`) as string;
      const suffix = part('digest') === '' ? `:${part('tag') || tag}` : `@${part('digest')}`;
      return `${part('repository')}${suffix}`;
    },
    values: [
      {
        path: 'image.repository',
        default: repository,
        schema: { type: 'string', minLength: 1 },
        doc: "Image of the controller, as the project's Dockerfile builds it, without a tag.",
      },
      {
        path: 'image.tag',
        default: '',
        schema: { type: 'string' },
        doc: 'Tag of the image. The default is the `appVersion` of the chart.',
      },
      {
        path: 'image.digest',
        default: '',
        schema: { type: 'string', pattern: '^(sha256:[0-9a-f]{64})?$' },
        doc: 'Digest of the image, such as `sha256:…`. It replaces the tag.',
      },
    ],
  }),
  imagePullSecrets: insert({
    put: prop('imagePullSecrets'),
    sentinel: ['sentinel-pull-secret'],
    rendered: [{ name: 'sentinel-pull-secret' }],
    read: (values) => {
      const secrets = valueAt(values, 'imagePullSecrets') as readonly { name: string }[];
      return secrets.length === 0 ? undefined : secrets.map(({ name }) => name);
    },
    values: [
      {
        path: 'imagePullSecrets',
        default: [],
        schema: {
          type: 'array',
          items: {
            type: 'object',
            required: ['name'],
            properties: { name: { type: 'string', minLength: 1 } },
            additionalProperties: false,
          },
        },
        doc: 'Secrets with credentials for the registry of the image, such as `[{name: registry}]`.',
      },
    ],
  }),
  namespace: fromRelease({
    put: prop('namespace'),
    sentinel: 'sentinel-namespace',
    expression: '.Release.Namespace',
  }),
  scope: choose({
    put: prop('scope'),
    on: 'Cluster',
    off: 'Namespace',
    condition: 'eq .Values.scope "Cluster"',
    value: {
      path: 'scope',
      default: 'Cluster',
      schema: { type: 'string', enum: ['Cluster', 'Namespace'] },
      doc: 'What the controller watches: all namespaces, or only that of the release. In the latter case the chart has no cluster-wide permissions. No other controller may watch the same namespace.',
    },
  }),
  replicas: insert({
    put: prop('replicas'),
    sentinel: 31_337,
    expression: 'int64 .Values.replicas',
    values: [
      {
        path: 'replicas',
        default: 1,
        schema: { type: 'integer', minimum: 0 },
        doc: 'The number of pods. One of them manages the networks, and the others replace it within seconds.',
      },
    ],
  }),
  resources: insert({
    put: prop('resources'),
    sentinel: { requests: { cpu: 'sentinel-quantity' } },
    expression: '(.Values.resources | default dict)',
    values: [
      {
        path: 'resources',
        default: defaultResources,
        schema: {
          type: 'object',
          properties: { requests: quantities, limits: quantities },
          additionalProperties: false,
        },
        doc: 'Resources of the container. Helm merges them with the defaults; set a default to `null` to remove it.',
      },
    ],
  }),
  logLevel: insert({
    put: prop('logLevel'),
    sentinel: 'sentinel-log-level' as 'info',
    values: [
      {
        path: 'logLevel',
        default: '',
        schema: { type: 'string', enum: ['', ...logLevels] },
        doc: `The log level: ${logLevels.map((level) => `\`${level}\``).join(', ')}. The default is \`info\`.`,
      },
    ],
  }),
  nodeSelector: insert({
    put: prop('nodeSelector'),
    sentinel: { 'sentinel-node-selector': '' },
    values: [
      {
        path: 'nodeSelector',
        default: {},
        schema: mapOfStrings,
        doc: 'Labels that a Kubernetes node must have to run the controller.',
      },
    ],
  }),
  tolerations: insert({
    put: prop('tolerations'),
    sentinel: [{ key: 'sentinel-toleration' }],
    values: [
      {
        path: 'tolerations',
        default: [],
        schema: { type: 'array', items: tolerationSchema },
        doc: 'Taints of Kubernetes nodes on which the controller may run.',
      },
    ],
  }),
  affinity: insert({
    put: prop('affinity'),
    sentinel: {
      podAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'sentinel-affinity' }],
      },
    },
    values: [
      {
        path: 'affinity',
        default: {},
        schema: affinitySchema,
        doc: 'Rules for the Kubernetes nodes on which the controller runs.',
      },
    ],
  }),
  priorityClassName: insert({
    put: prop('priorityClassName'),
    sentinel: 'sentinel-priority-class',
    values: [
      {
        path: 'priorityClassName',
        default: '',
        schema: { type: 'string' },
        doc: 'Name of the PriorityClass of the pods.',
      },
    ],
  }),
  labels: insert({
    put: prop('labels'),
    sentinel: { 'sentinel-label': '' },
    values: [
      {
        path: 'commonLabels',
        default: {},
        schema: mapOfStrings,
        doc: 'Labels of every object except the CRD, and of the pods. Those that the chart sets take precedence.',
      },
    ],
  }),
  annotations: insert({
    put: prop('annotations'),
    sentinel: { 'sentinel-annotation': '' },
    values: [
      {
        path: 'commonAnnotations',
        default: {},
        schema: mapOfStrings,
        doc: 'Annotations of every object except the CRD, and of the pods.',
      },
    ],
  }),
  metrics: metricsSettings,
};
