import { healthPort } from '../../constructs/controller-install/names.ts';
import type { ChartSettings } from '../manifests.ts';
import { all } from '../template/condition.ts';

/** A combination of values that ControllerInstall rejects. */
export interface Contradiction {
  /** The condition in the template language. */
  readonly condition: string;
  /** What is wrong, and what to set instead. */
  readonly message: string;
}

const isProtected = 'eq .Values.metrics.authentication "TokenReview"';

/** Returns a contradiction of metrics that are on. */
const ofMetrics = (message: string, ...conditions: readonly string[]): Contradiction => ({
  condition: all(['.Values.metrics.enabled', ...conditions]),
  message,
});

/** All contradictions. The schema of the values rejects everything else that is invalid. */
export const contradictions: readonly Contradiction[] = [
  ofMetrics(
    `metrics.port: ${healthPort} is the port of /healthz: use another one`,
    `eq (int64 .Values.metrics.port) ${healthPort}`,
  ),
  ofMetrics(
    'metrics.authentication: TokenReview needs permissions in the whole cluster, which a ' +
      'controller for one namespace does not have: use None and a NetworkPolicy, or scope: Cluster',
    isProtected,
    'ne .Values.scope "Cluster"',
  ),
  ofMetrics(
    'metrics.serviceMonitor: needs the Service: use metrics.podMonitor, or set ' +
      'metrics.service.enabled to true',
    '.Values.metrics.serviceMonitor.enabled',
    'not .Values.metrics.service.enabled',
  ),
  ofMetrics(
    'metrics.podMonitor.tokenSecret.name: is required with TokenReview: name a Secret with a token',
    isProtected,
    '.Values.metrics.podMonitor.enabled',
    'not .Values.metrics.podMonitor.tokenSecret.name',
  ),
];

/**
 * Returns settings without the contradictions between switches, so that ControllerInstall can
 * render each combination of them. The templates of refused combinations are never used.
 */
export function withoutContradictions(settings: ChartSettings): ChartSettings {
  const { controller } = settings;
  const { metrics, scope } = controller;
  if (!metrics) return settings;
  const { authentication, service, serviceMonitor } = metrics;
  const valid = {
    ...metrics,
    authentication: scope === 'Namespace' ? 'None' : authentication,
    serviceMonitor: service === false ? undefined : serviceMonitor,
  } as const;
  return { ...settings, controller: { ...controller, metrics: valid } };
}
