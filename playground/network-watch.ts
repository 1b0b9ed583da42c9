import { setTimeout as delay } from 'node:timers/promises';
import type { KubeClient, KubeObject, Resource } from '../kube/index.ts';

/** A BitcoinNetwork, as far as its state is told. */
export interface Network extends KubeObject {
  readonly spec: { readonly nodes: number };
  readonly status?: {
    readonly readyNodes?: number;
    readonly connectedNodes?: number;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly message?: string;
    }[];
  };
}

export const networkResource: Resource = {
  apiVersion: 'bitcoincontroller.christianb93.github.com/v1',
  kind: 'BitcoinNetwork',
  plural: 'bitcoinnetworks',
  namespaced: true,
};

/** Milliseconds before a broken watch is taken up again. */
const pause = 500;

/** Whether every node of a network is ready and connected. */
export function isConnected({ spec, status }: Network): boolean {
  return status?.readyNodes === spec.nodes && status.connectedNodes === spec.nodes;
}

/** A network's state in a line. */
export function describeNetwork(network: Network): string {
  const { metadata, spec, status } = network;
  const namespace = metadata.namespace === 'default' ? '' : ` in ${metadata.namespace ?? ''}`;
  const counts = `${status?.readyNodes ?? 0} of ${spec.nodes} nodes ready, ${status?.connectedNodes ?? 0} connected`;
  const stalled = status?.conditions?.find(
    ({ type, status }) => type === 'Stalled' && status === 'True',
  );
  const help = stalled ? `; ${stalled.message ?? 'stalled'}` : '';
  return `network ${metadata.name}${namespace}: ${counts}${help}`;
}

/**
 * Follows every network until the signal is aborted: `onChange` gets each one first as it is, and
 * then whenever it changes.
 */
export async function followNetworks(
  client: KubeClient,
  onChange: (network: Network) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const { metadata, items } = await client.list<Network>(networkResource, { signal });
      for (const network of items) onChange(network);
      const { resourceVersion } = metadata;
      for await (const event of client.watch<Network>(networkResource, {
        resourceVersion,
        signal,
      })) {
        if (event.type === 'ADDED' || event.type === 'MODIFIED') onChange(event.object);
      }
    } catch {
      // The next list says how things are.
    }
    await delay(pause, undefined, { signal }).catch(() => undefined);
  }
}
