import type { ChartSettings } from '../manifests.ts';
import { controllerSettings } from './controller.ts';
import { crdSettings } from './crds.ts';
import type { Setting } from './setting.ts';
import { withValue, type ChartValue, type Values } from './value.ts';

/** All settings of the chart, in the order of values.yaml. */
export const settings: readonly Setting[] = [
  ...Object.values(controllerSettings).flat(),
  ...crdSettings,
];

/** All values of the chart, in the order of values.yaml. */
export const chartValues: readonly ChartValue[] = settings.flatMap(({ values }) => values);

/** The content of values.yaml. */
export const defaultValues: Values = chartValues.reduce<Values>(
  (values, { path, default: value }) => withValue(values, path, value),
  {},
);

/** Returns what the chart installs in a namespace for complete values. */
export function settingsOf(namespace: string, values: Values): ChartSettings {
  const initial: ChartSettings = {
    controller: { namespace },
    crds: { create: true, keep: true },
  };
  return settings.reduce((result, { apply }) => apply(result, values), initial);
}
