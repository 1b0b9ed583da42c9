import { rpcPort } from '../../../bitcoin/chain.ts';
import type { NodeName } from '../../../bitcoin/plan/node-name.ts';
import { RpcClient, type RpcClientOptions } from '../../../bitcoin/rpc/client.ts';
import type { RpcCredentials } from '../../../bitcoin/rpc/credentials.ts';
import type { NodeState } from './observe.ts';
import { podAddress } from './pod-address.ts';

/**
 * Maximum size of a response in bytes. An entry of getpeerinfo has up to 3 kB, and a node has up to
 * two connections to each other node and 125 to nodes outside the network.
 */
const baseResponseBytes = 1 << 20;
const responseBytesPerNode = 8_192;

/** RPC clients of the ready nodes. */
export type NodeClients = ReadonlyMap<NodeName, Pick<RpcClient, 'batch'>>;

/**
 * Returns a client for each ready node.
 *
 * @param options the options that all clients share
 */
export function nodeClients(
  nodes: readonly NodeState[],
  credentials: RpcCredentials,
  options: Pick<RpcClientOptions, 'agent' | 'signal' | 'timeout'>,
): NodeClients {
  const maxResponseBytes = baseResponseBytes + nodes.length * responseBytesPerNode;
  return new Map(
    nodes
      .filter(({ ready, ip }) => ready && ip !== undefined)
      .map(({ name, ip }) => {
        const address = podAddress(ip!, rpcPort);
        return [name, new RpcClient({ ...options, address, credentials, maxResponseBytes })];
      }),
  );
}
