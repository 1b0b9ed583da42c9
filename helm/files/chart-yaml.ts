import { stringify } from 'yaml';
import { appVersion } from '../values/controller.ts';

/** The oldest supported version of Kubernetes. */
export const minimumKubernetes = '1.32';

/** The name of the chart. */
export const chartName = 'bitcoin-controller';

/**
 * Returns the metadata of the chart.
 *
 * @param version the version of the chart, which is that of the package
 */
export function chartMetadata(version: string) {
  return {
    apiVersion: 'v2',
    name: chartName,
    description:
      'Bitcoin test networks on Kubernetes: the controller and its CustomResourceDefinition.',
    type: 'application',
    version,
    appVersion,
    kubeVersion: `>=${minimumKubernetes}.0-0`,
    keywords: ['bitcoin', 'regtest', 'bitcoind', 'testing'],
    annotations: { 'artifacthub.io/license': 'Apache-2.0' },
  } as const;
}

/** Returns the text of Chart.yaml. */
export function chartYaml(version: string, banner: string): string {
  return `${banner}\n${stringify(chartMetadata(version))}`;
}
