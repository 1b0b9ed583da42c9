import type { Kubectl } from './kubectl.ts';
import type { Pod } from './pod.ts';

/** An address by which a test reaches a port of a pod. */
export interface PodPort {
  readonly address: string;
  readonly close: () => void;
}

/**
 * Makes a port of a pod reachable: by port-forward, or on the playground, whose pods run on this
 * machine, at the address of the pod.
 */
export async function openPort(kubectl: Kubectl, pod: string, port: number): Promise<PodPort> {
  const { status } = await kubectl.get<Pod>('pod', pod);
  if (status?.hostIP !== '127.0.0.1') return kubectl.forward(pod, port);
  return { address: `${status.podIP!}:${port}`, close: () => undefined };
}
