import type { ChartSettings } from '../manifests.ts';
import { choose, type Put, type Setting } from './setting.ts';

const crds =
  (name: keyof ChartSettings['crds']): Put<boolean> =>
  (settings, value = true) => ({ ...settings, crds: { ...settings.crds, [name]: value } });

/** The settings of the CRD. */
export const crdSettings: readonly Setting[] = [
  choose({
    put: crds('create'),
    on: true,
    off: false,
    value: {
      path: 'crds.create',
      default: true,
      schema: { type: 'boolean' },
      doc: 'Whether the chart installs and upgrades the CustomResourceDefinition. Only one release of a cluster may do so.',
    },
  }),
  choose({
    put: crds('keep'),
    on: true,
    off: false,
    value: {
      path: 'crds.keep',
      default: true,
      schema: { type: 'boolean' },
      doc: 'Whether the CustomResourceDefinition remains when the chart is uninstalled. **Without it, `helm uninstall` deletes all networks of the cluster.**',
    },
  }),
];
