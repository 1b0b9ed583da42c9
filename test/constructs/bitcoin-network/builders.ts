import { App, Chart, type ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import {
  networkContext,
  type LiveContext,
  type NetworkContext,
} from '../../../constructs/bitcoin-network/context.ts';
import { withDefaults } from '../../../constructs/bitcoin-network/defaults.ts';
import { BitcoinNetwork, type BitcoinNetworkProps } from '../../../constructs/index.ts';
import type { BitcoinNetworkSpec } from '../../../imports/bitcoin-network.ts';

/** The fields of the manifests that tests read. */
export interface Manifest {
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    ownerReferences?: unknown;
    labels: Record<string, string>;
  };
  data: Record<string, string>;
  spec: {
    replicas: number;
    selector: Record<string, unknown>;
    updateStrategy: { rollingUpdate: { partition: number } };
    template: { metadata: { annotations: Record<string, string> }; spec: object };
  };
}

/** The owner, the credentials and the update partition of a network in a cluster. */
export const live: LiveContext = {
  uid: 'uid-1',
  credentials: { user: 'controller-1', password: 'p', salt: 's' },
  updatePartition: 3,
};

/** The context of the network `alice` with the given spec. */
export function context(
  spec: Partial<BitcoinNetworkSpec> = {},
  liveContext?: LiveContext,
  name = 'alice',
): NetworkContext {
  const network = withDefaults({
    apiVersion: 'bitcoincontroller.christianb93.github.com/v1',
    kind: 'BitcoinNetwork',
    metadata: { name, namespace: 'lab' },
    spec: { nodes: 3, ...spec },
  });
  return networkContext(network, liveContext);
}

/** Renders one object of a network. */
export function renderObject(
  construct: (scope: Construct, context: NetworkContext) => ApiObject,
  networkContext: NetworkContext,
): Manifest {
  return construct(new Chart(new App(), 'test'), networkContext).toJson() as Manifest;
}

/** Renders all objects of a network, by kind. */
export function render(name: string, props: BitcoinNetworkProps): Record<string, Manifest> {
  const chart = new Chart(new App(), 'test');
  new BitcoinNetwork(chart, name, props);
  return Object.fromEntries((chart.toJson() as Manifest[]).map((object) => [object.kind, object]));
}
