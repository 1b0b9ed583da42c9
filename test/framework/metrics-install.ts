import { App, Chart } from 'cdk8s';
import { ControllerInstall, type MetricsProps } from '../../constructs/index.ts';
import type { ControllerDeployment } from './controller-deployment.ts';
import { Kubectl } from './kubectl.ts';

/** Applies the manifests of the controller of dist/, with or without metrics. */
export async function installWithMetrics(
  controller: ControllerDeployment,
  metrics?: MetricsProps,
): Promise<void> {
  const chart = new Chart(new App(), 'controller');
  new ControllerInstall(chart, 'controller', metrics && { metrics });
  const items = chart.toJson() as object[];
  const list = { apiVersion: 'v1', kind: 'List', items };
  await new Kubectl().apply(list, '--server-side', '--force-conflicts');
  await controller.waitForRollout();
}
