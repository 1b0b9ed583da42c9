import { rpcPort } from '../../../bitcoin/chain.ts';
import type { NodeName } from '../../../bitcoin/plan/node-name.ts';
import { RpcClient, type RpcClientOptions } from '../../../bitcoin/rpc/client.ts';
import type { RpcCredentials } from '../../../bitcoin/rpc/credentials.ts';
import type { NodeState } from './observe.ts';
import { podAddress } from './pod-address.ts';

/** Bytes of a peer in the responses to getpeerinfo (at most 3 kB) and getaddednodeinfo. */
const bytesPerPeer = 4_096;

/** The options of {@link nodeClients}. */
export interface NodeClientOptions extends Pick<
  RpcClientOptions,
  'agent' | 'tenant' | 'signal' | 'timeout' | 'onRequest'
> {
  /** The nodes' option -maxconnections. */
  readonly maxConnections: number;
}

/** RPC clients of the ready nodes. */
export type NodeClients = ReadonlyMap<NodeName, Pick<RpcClient, 'batch'>>;

/**
 * Returns a client for each ready node. The size of a response is limited to that of the peers that
 * a node may have: two connections to each other node, and -maxconnections others.
 *
 * @param options the options that all clients share
 */
export function nodeClients(
  nodes: readonly NodeState[],
  credentials: RpcCredentials,
  { maxConnections, ...options }: NodeClientOptions,
): NodeClients {
  const peers = 2 * nodes.length + maxConnections;
  const maxResponseBytes = peers * bytesPerPeer;
  return new Map(
    nodes
      .filter(({ ready, ip }) => ready && ip !== undefined)
      .map(({ name, ip }) => {
        const address = podAddress(ip!, rpcPort);
        return [name, new RpcClient({ ...options, address, credentials, maxResponseBytes })];
      }),
  );
}
