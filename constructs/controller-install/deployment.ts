import { ApiObject, Duration, JsonPatch } from 'cdk8s';
import {
  Deployment,
  DeploymentStrategy,
  EnvFieldPaths,
  EnvValue,
  ImagePullPolicy,
  LabelSelector,
  Probe,
} from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { InstallContext } from './install-context.ts';
import { metricsArguments, metricsPorts } from './metrics.ts';
import { healthPort } from './names.ts';
import { podSettings } from './pod-settings.ts';
import { defaultControllerImage, type ControllerInstallProps } from './props.ts';

/** User and group of the controller's image. */
const userId = 65532;

/**
 * Options of node. V8 collects garbage before it requests more memory: after the creation of 900
 * networks the process has 100 MB instead of 162, for a fifth more CPU time.
 */
export const nodeOptions = ['--optimize-for-size'];

/**
 * Environment of node. Threads share one arena of glibc's malloc: 94 MB with 1,000 networks instead
 * of 102.
 */
export const nodeEnv = { MALLOC_ARENA_MAX: '1' } as const;

/**
 * The controller's Deployment. An update stops the old pods before it starts new ones, so that one
 * version writes at a time. The root file system is read-only.
 */
export function deployment(
  scope: Construct,
  { metadata, namespace, account, isNamespaced }: InstallContext,
  props: ControllerInstallProps,
): Deployment {
  const { image = defaultControllerImage, replicas = 1, logLevel, metrics } = props;
  const selector = { 'app.kubernetes.io/name': metadata.labels['app.kubernetes.io/name']! };
  const result = new Deployment(scope, 'deployment', {
    metadata: { name: 'bitcoin-controller', namespace, ...metadata },
    podMetadata: metadata,
    replicas,
    strategy: DeploymentStrategy.recreate(),
    select: false,
    serviceAccount: account,
    automountServiceAccountToken: true,
    terminationGracePeriod: Duration.seconds(30),
    securityContext: { ensureNonRoot: true, user: userId, group: userId },
    isolate: false,
    containers: [
      {
        name: 'controller',
        image,
        imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT,
        args: [
          ...nodeOptions,
          'controller/main.js',
          // The manifests name the namespace in their metadata only, where kustomize changes it.
          ...(isNamespaced ? ['--namespace=$(POD_NAMESPACE)'] : []),
          ...metricsArguments(metrics),
        ],
        ports: [{ name: 'health', number: healthPort }, ...metricsPorts(metrics)],
        envVariables: {
          POD_NAME: EnvValue.fromFieldRef(EnvFieldPaths.POD_NAME),
          POD_NAMESPACE: EnvValue.fromFieldRef(EnvFieldPaths.POD_NAMESPACE),
          MALLOC_ARENA_MAX: EnvValue.fromValue(nodeEnv.MALLOC_ARENA_MAX),
          ...(logLevel !== undefined && { LOG_LEVEL: EnvValue.fromValue(logLevel) }),
        },
        securityContext: { user: userId, group: userId },
        liveness: Probe.fromHttpGet('/healthz', { port: healthPort }),
        readiness: Probe.fromHttpGet('/readyz', {
          port: healthPort,
          periodSeconds: Duration.seconds(2),
        }),
      },
    ],
  });
  result.select(LabelSelector.of({ labels: selector }));
  ApiObject.of(result).addJsonPatch(
    ...podSettings(props),
    // cdk8s adds a hash of the construct's path, which has no use in a cluster.
    JsonPatch.remove('/spec/template/metadata/labels/cdk8s.io~1metadata.addr'),
    // Pod Security `restricted` requires these fields, which cdk8s-plus cannot express.
    JsonPatch.add('/spec/template/spec/securityContext/seccompProfile', { type: 'RuntimeDefault' }),
    JsonPatch.add('/spec/template/spec/containers/0/securityContext/capabilities', {
      drop: ['ALL'],
    }),
  );
  return result;
}
