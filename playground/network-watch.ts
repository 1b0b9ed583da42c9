import {
  Reflector,
  type KubeClient,
  type KubeObject,
  type Logger,
  type Resource,
} from '../kube/index.ts';

/** The fields of a BitcoinNetwork that the playground reports. */
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

/** Whether every node of a network is ready and connected. */
export function isConnected({ spec, status }: Network): boolean {
  return status?.readyNodes === spec.nodes && status.connectedNodes === spec.nodes;
}

/** Describes the state of a network in one line. */
export function describeNetwork(network: Network): string {
  const { metadata, spec, status } = network;
  const namespace = metadata.namespace === 'default' ? '' : ` in ${metadata.namespace ?? ''}`;
  const counts = `${status?.readyNodes ?? 0} of ${spec.nodes} nodes ready, ${status?.connectedNodes ?? 0} connected`;
  const stalled = status?.conditions?.find(
    ({ type, status }) => type === 'Stalled' && status === 'True',
  );
  const problem = stalled ? `; ${stalled.message ?? 'stalled'}` : '';
  return `network ${metadata.name}${namespace}: ${counts}${problem}`;
}

/**
 * Watches all networks until the signal is aborted.
 *
 * @param onChange called for each existing network, and after each creation and update
 */
export async function watchNetworks(
  client: KubeClient,
  log: Logger,
  onChange: (network: Network) => void,
  signal: AbortSignal,
): Promise<void> {
  const reflector = new Reflector<Network>({
    client,
    log,
    resource: networkResource,
    onChange: ({ type, object }) => {
      if (type !== 'deleted') onChange(object);
    },
  });
  await reflector.run(signal);
}
