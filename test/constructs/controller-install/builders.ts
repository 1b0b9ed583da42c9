import { App, Chart } from 'cdk8s';
import { ControllerInstall, type ControllerInstallProps } from '../../../constructs/index.ts';

/** A rule of a Role or a ClusterRole. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

/** The fields of the manifests that tests read. */
export interface Manifest {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly spec?: object;
  readonly rules?: readonly Rule[];
  readonly roleRef?: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly object[];
}

/** Renders an install, in the order in which its manifests are applied. */
export function render(props?: ControllerInstallProps): Manifest[] {
  const chart = new Chart(new App(), 'test');
  new ControllerInstall(chart, 'controller', props);
  return chart.toJson() as Manifest[];
}

/** Returns the manifest of a kind, which must exist. */
export function manifestOf(kind: string, props?: ControllerInstallProps): Manifest {
  return render(props).find((manifest) => manifest.kind === kind)!;
}
