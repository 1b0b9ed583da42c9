import type { MetricsProps } from '../../constructs/controller-install/metrics-props.ts';
import type { ChartSettings } from '../manifests.ts';
import { choose, type Put, type Setting } from './setting.ts';

/** A property of the metrics that creates an object. */
export type MetricsObject = 'serviceMonitor' | 'podMonitor' | 'alerts' | 'dashboard';

/** The properties of such an object. */
export type ObjectProps<K extends MetricsObject> = NonNullable<MetricsProps[K]>;

/** Changes the metrics, unless they are off. */
function change(
  settings: ChartSettings,
  edit: (metrics: MetricsProps) => MetricsProps,
): ChartSettings {
  const { metrics } = settings.controller;
  if (!metrics) return settings;
  return { ...settings, controller: { ...settings.controller, metrics: edit(metrics) } };
}

/** Sets a property of the metrics. */
export function metricsProp<P extends keyof MetricsProps>(name: P): Put<MetricsProps[P]> {
  return (settings, value) => change(settings, (metrics) => ({ ...metrics, [name]: value }));
}

/** Sets a property of an object, unless the object is off. */
export function objectProp<K extends MetricsObject, P extends keyof ObjectProps<K>>(
  object: K,
  name: P,
): Put<ObjectProps<K>[P]> {
  return (settings, value) =>
    change(settings, (metrics) =>
      metrics[object] ? { ...metrics, [object]: { ...metrics[object], [name]: value } } : metrics,
    );
}

/** Returns the setting that switches an object on. */
export function objectSwitch(object: MetricsObject, doc: string): Setting {
  return choose({
    put: (settings, isEnabled) =>
      metricsProp(object)(settings, isEnabled === true ? {} : undefined),
    on: true,
    off: false,
    value: { path: `metrics.${object}.enabled`, default: false, schema: { type: 'boolean' }, doc },
  });
}
