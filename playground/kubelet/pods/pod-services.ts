import type { KubeClient } from '../../../kube/client/client.ts';
import type { Clock } from '../../../kube/runtime/clock.ts';
import type { Logger } from '../../../kube/runtime/logger.ts';
import type { Pod } from '../api/pod.ts';
import type { Image } from '../containers/image-table.ts';
import type { ObjectCache } from '../references/object-cache.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { AddressPool } from './address-pool.ts';
import type { PodEvents } from './pod-events.ts';

/** A pod with its address and its hosts file. */
export interface PodHost {
  readonly pod: Pod;
  readonly podIP: string | undefined;
  readonly hostsFile: string;
}

/** The services that all pods of a kubelet share. */
export interface PodServices {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Logger;
  readonly events: PodEvents;
  readonly objects: ObjectCache;
  readonly runtime: Runtime;
  readonly images: (reference: string) => Image | undefined;
  readonly addresses: AddressPool;
  readonly hostIP: string;
  /** Variables that the kubelet sets in every container. */
  readonly kubeletEnv: Readonly<Record<string, string>>;
  /** Writes the hosts files that a pod's new address changes, including the pod's own. */
  readonly onAddress: (host: PodHost) => Promise<void>;
}
