import type { BitcoinNetwork, Condition } from '../../imports/bitcoin-network.ts';

/** Returns a BitcoinNetwork to create or apply. */
export function networkResource(
  metadata: { readonly name: string; readonly namespace?: string },
  spec: BitcoinNetwork['spec'],
): BitcoinNetwork {
  return {
    apiVersion: 'bitcoincontroller.christianb93.github.com/v1',
    kind: 'BitcoinNetwork',
    metadata,
    spec,
  };
}

/** @throws Error if the status has no such condition */
export function conditionOf({ metadata, status }: BitcoinNetwork, type: string): Condition {
  const condition = status?.conditions?.find((one) => one.type === type);
  if (condition === undefined) throw new Error(`${metadata.name} has no condition ${type}`);
  return condition;
}

/** Whether the status describes the current spec and reports Ready. */
export function isReady({ metadata, status }: BitcoinNetwork): boolean {
  return (
    status?.observedGeneration === metadata.generation &&
    status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True'
  );
}

/** Whether the network is Ready and every node has all its links. */
export function isConnected(network: BitcoinNetwork): boolean {
  return isReady(network) && (network.status?.connectedNodes ?? 0) === network.spec.nodes;
}
