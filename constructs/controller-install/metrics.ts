import { JsonPatch } from 'cdk8s';
import type { FieldError } from '../../crds/validation/field-error.ts';
import { ValidationError } from '../../crds/validation/validation-error.ts';
import { defaultMetricsPort, type MetricsProps } from './metrics-props.ts';
import { healthPort } from './names.ts';

/** Folder of the certificate in the container. */
const certificateFolder = '/etc/bitcoin-controller/metrics';

/** Returns the arguments of the controller that switch metrics on. */
export function metricsArguments(metrics: MetricsProps | undefined): string[] {
  if (!metrics) return [];
  const { port = defaultMetricsPort, authentication, certificateSecret } = metrics;
  return [
    `--metrics-port=${port}`,
    ...(authentication === 'TokenReview' ? ['--metrics-auth=tokenreview'] : []),
    ...(certificateSecret === undefined ? [] : [`--metrics-cert-dir=${certificateFolder}`]),
  ];
}

/** Returns the port of the container for metrics. */
export function metricsPorts(metrics: MetricsProps | undefined) {
  return metrics ? [{ name: 'metrics', number: metrics.port ?? defaultMetricsPort }] : [];
}

/** Returns patches of a pod, at a path of its object, that mount the certificate for metrics. */
export function certificateVolume(pod: string, metrics: MetricsProps | undefined): JsonPatch[] {
  const { certificateSecret: secretName } = metrics ?? {};
  if (secretName === undefined) return [];
  const name = 'metrics-certificate';
  const mount = { name, mountPath: certificateFolder, readOnly: true };
  return [
    JsonPatch.add(`${pod}/volumes`, [{ name, secret: { secretName } }]),
    JsonPatch.add(`${pod}/containers/0/volumeMounts`, [mount]),
  ];
}

/**
 * Rejects metrics that could not work.
 *
 * @param path the path of the construct
 * @param isNamespaced whether the controller has permissions in one namespace only
 * @throws ValidationError
 */
export function validateMetrics(path: string, metrics: MetricsProps, isNamespaced: boolean): void {
  const errors = [...portErrors(metrics), ...authenticationErrors(metrics, isNamespaced)];
  if (metrics.serviceMonitor && metrics.service === false) {
    errors.push(error('serviceMonitor', 'needs the Service: use podMonitor, or omit service'));
  }
  if (errors.length > 0) throw new ValidationError(path, errors);
}

function portErrors({ port = defaultMetricsPort }: MetricsProps): FieldError[] {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    return [error('port', `${port} is not a port: use a number from 1 to 65535`)];
  }
  return port === healthPort
    ? [error('port', `${port} is the port of /healthz: use another one`)]
    : [];
}

function authenticationErrors(
  { authentication, podMonitor }: MetricsProps,
  isNamespaced: boolean,
): FieldError[] {
  if (authentication !== 'TokenReview') return [];
  if (isNamespaced) {
    const message =
      'TokenReview needs permissions in the whole cluster, which a controller for one namespace ' +
      'does not have: use None and a NetworkPolicy, or the scope Cluster';
    return [error('authentication', message)];
  }
  return podMonitor && !podMonitor.tokenSecret
    ? [error('podMonitor.tokenSecret', 'is required with TokenReview: name a Secret with a token')]
    : [];
}

function error(field: string, message: string): FieldError {
  return { field: `metrics.${field}`, message };
}
