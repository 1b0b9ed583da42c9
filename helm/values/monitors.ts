import type { MonitorProps } from '../../constructs/controller-install/metrics-props.ts';
import { objectProp, objectSwitch } from './metrics-props.ts';
import { mapOfStrings } from './schemas.ts';
import { insert, type Put, type Setting } from './setting.ts';

type Monitor = 'serviceMonitor' | 'podMonitor';

/** The key of a token in its Secret, unless the values name another one. */
const defaultTokenKey = 'token';

/** Returns the settings of a ServiceMonitor. */
export function serviceMonitorSettings(): Setting[] {
  return monitorSettings('serviceMonitor', {
    enabled:
      'Whether to create a ServiceMonitor of Prometheus Operator, which scrapes the pods behind the Service. It requires `metrics.service.enabled`.',
    secret: 'By default, Prometheus sends the token of its own ServiceAccount.',
  });
}

/** Returns the settings of a PodMonitor. */
export function podMonitorSettings(): Setting[] {
  return monitorSettings('podMonitor', {
    enabled:
      'Whether to create a PodMonitor of Prometheus Operator, which scrapes the pods without a Service.',
    secret: 'With `TokenReview`, a PodMonitor requires it.',
  });
}

function monitorSettings(
  monitor: Monitor,
  docs: { readonly enabled: string; readonly secret: string },
): Setting[] {
  const properties: Readonly<Record<keyof MonitorProps, readonly Setting[]>> = {
    interval: [interval(monitor)],
    labels: [labels(monitor)],
    tokenSecret: tokenSecret(monitor, docs.secret),
  };
  return [objectSwitch(monitor, docs.enabled), ...Object.values(properties).flat()];
}

function interval(monitor: Monitor): Setting {
  return insert({
    put: objectProp(monitor, 'interval'),
    sentinel: `sentinel-${monitor}-interval`,
    values: [
      {
        path: `metrics.${monitor}.interval`,
        default: '',
        schema: { type: 'string' },
        doc: 'Time between two scrapes, such as `15s`. The default is that of Prometheus.',
      },
    ],
  });
}

function labels(monitor: Monitor): Setting {
  return insert({
    put: objectProp(monitor, 'labels'),
    sentinel: { [`sentinel-${monitor}-label`]: '' },
    values: [
      {
        path: `metrics.${monitor}.labels`,
        default: {},
        schema: mapOfStrings,
        doc: 'Further labels, by which a Prometheus selects the monitor, such as `{release: prometheus}`.',
      },
    ],
  });
}

function tokenSecret(monitor: Monitor, doc: string): Setting[] {
  const put = objectProp(monitor, 'tokenSecret');
  const putKey: Put<string> = (settings, key = defaultTokenKey) => {
    const secret = settings.controller.metrics?.[monitor]?.tokenSecret;
    return secret ? put(settings, { ...secret, key }) : settings;
  };
  return [
    insert<string>({
      put: (settings, name) =>
        put(settings, name === undefined ? undefined : { name, key: defaultTokenKey }),
      sentinel: `sentinel-${monitor}-secret-name`,
      isRequired: monitor === 'podMonitor',
      values: [
        {
          path: `metrics.${monitor}.tokenSecret.name`,
          default: '',
          schema: { type: 'string' },
          doc: `Name of a Secret in the namespace of the release with the token that Prometheus sends, for the authentication \`TokenReview\`. ${doc}`,
        },
      ],
    }),
    insert<string>({
      put: putKey,
      sentinel: `sentinel-${monitor}-secret-key`,
      values: [
        {
          path: `metrics.${monitor}.tokenSecret.key`,
          default: defaultTokenKey,
          schema: { type: 'string', minLength: 1 },
          doc: 'Key of the token in the Secret.',
        },
      ],
    }),
  ];
}
