import { App, Chart } from 'cdk8s';
import {
  BitcoinNetworkCrd,
  ControllerInstall,
  type ControllerInstallProps,
} from '../constructs/index.ts';
import type { Manifest } from './template/build.ts';

/** What an install of the chart contains. */
export interface ChartSettings {
  /** Properties of ControllerInstall. The namespace is required, because the chart creates none. */
  readonly controller: ControllerInstallProps & { readonly namespace: string };
  readonly crds: {
    /** Whether the CRD is an object of the chart. */
    readonly create: boolean;
    /** Whether Helm keeps the CRD when it uninstalls the chart. */
    readonly keep: boolean;
  };
}

/** Renders the CRD of the chart. */
export function renderCrds({ crds }: Pick<ChartSettings, 'crds'>): Manifest[] {
  if (!crds.create) return [];
  const chart = new Chart(new App(), 'crd');
  const crd = new BitcoinNetworkCrd(chart, 'crd');
  if (crds.keep) crd.metadata.addAnnotation('helm.sh/resource-policy', 'keep');
  return chart.toJson() as Manifest[];
}

/** Renders the objects of the controller. */
export function renderController({ controller }: Pick<ChartSettings, 'controller'>): Manifest[] {
  const chart = new Chart(new App(), 'controller');
  new ControllerInstall(chart, 'controller', controller);
  return chart.toJson() as Manifest[];
}
