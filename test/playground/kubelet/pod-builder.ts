import type { V1Container, V1PodSpec, V1Probe } from '@kubernetes/client-node';
import type { Pod, PodStatus } from '../../../playground/kubelet/api/pod.ts';

/** A pod of namespace `default`, with one container `main` unless `spec` says otherwise. */
export function buildPod(spec: object = {}, status?: PodStatus, name = 'alice-0'): Pod {
  const whole: unknown = { containers: [{ name: 'main', image: 'bitcoin/bitcoin:31.1' }], ...spec };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', uid: `uid-${name}`, generation: 1 },
    spec: whole as V1PodSpec,
    ...(status && { status }),
  };
}

/** The container `main`. */
export function buildContainer(spec: object = {}): V1Container {
  const whole: unknown = { name: 'main', image: 'bitcoin/bitcoin', ...spec };
  return whole as V1Container;
}

export function buildProbe(spec: object): V1Probe {
  const whole: unknown = spec;
  return whole as V1Probe;
}
