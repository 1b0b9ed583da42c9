import type { ControllerProcess } from '../framework/controller-process.ts';
import { isConnected } from '../framework/network-resource.ts';
import type { Network } from '../framework/network.ts';

/** Work for a controller that is killed while it does it. */
export interface Workload {
  /**
   * Causes the work.
   *
   * @param edit a number that increases from call to call
   */
  begin(edit: number): Promise<void>;
  /** Whether the controller has completed the work that `begin` caused. */
  isDone(edit: number, controller: ControllerProcess): Promise<boolean>;
}

/** The start of a controller, which takes its Lease and lists all objects. */
export const startup: Workload = {
  begin: () => Promise.resolve(),
  isDone: (_, controller) => controller.isReady(),
};

/** An edit of spec.config, which changes the ConfigMap and the StatefulSet's checksum. */
export function configEdits(network: Network, nodes: number): Workload {
  return {
    begin: (edit) => network.apply({ nodes, config: { maxconnections: 100 + edit } }),
    async isDone(edit) {
      const { data } = await network.kubectl.get<{ data: Record<string, string> }>(
        'configmap',
        `${network.name}-config`,
      );
      const isApplied = data['bitcoin.conf']!.includes(`maxconnections=${100 + edit}\n`);
      return isApplied && (await hasConverged(network));
    },
  };
}

/** A change of the Service by another client, which the controller reverts with an event. */
export function serviceDrift({ kubectl, name }: Network): Workload {
  const service = `service/${name}-svc`;
  return {
    begin: () => kubectl.patch(service, { spec: { selector: { app: 'nobody' } } }),
    async isDone() {
      const { spec } = await kubectl.get<{ spec: { selector: Record<string, string> } }>(service);
      return spec.selector.app === name;
    },
  };
}

/** Scaling from three nodes to five and back, in turn. */
export function scaling(network: Network): Workload {
  return {
    begin: (edit) => network.apply({ nodes: edit % 2 === 0 ? 5 : 3 }),
    isDone: () => hasConverged(network),
  };
}

/** Whether the network's nodes are ready and linked as its current spec demands. */
export async function hasConverged(network: Network): Promise<boolean> {
  return isConnected(await network.resource());
}
