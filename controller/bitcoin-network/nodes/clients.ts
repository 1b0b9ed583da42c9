import type { Agent } from 'node:http';
import { rpcPort } from '../../../bitcoin/chain.ts';
import { RpcClient } from '../../../bitcoin/rpc/client.ts';
import type { RpcCredentials } from '../../../bitcoin/rpc/credentials.ts';
import type { NodeState } from './observe.ts';

/** RPC clients of the nodes that are ready to answer, by ordinal. */
export type NodeClients = ReadonlyMap<number, RpcClient>;

/** @param agent holds the connections, which outlive the clients */
export function nodeClients(
  nodes: readonly NodeState[],
  login: RpcCredentials,
  agent: Agent,
): NodeClients {
  return new Map(
    nodes
      .filter(({ ready, ip }) => ready && ip !== undefined)
      .map(({ ordinal, ip }) => {
        const host = ip!.includes(':') ? `[${ip!}]` : ip!;
        return [
          ordinal,
          new RpcClient({ address: `${host}:${rpcPort}`, credentials: login, agent }),
        ];
      }),
  );
}
