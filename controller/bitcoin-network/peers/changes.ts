import type { PeerChanges } from '../../../bitcoin/peers/peer-changes.ts';
import type { RpcCall, RpcClient } from '../../../bitcoin/rpc/client.ts';
import { RpcError, rpcErrorCode } from '../../../bitcoin/rpc/error.ts';

/**
 * Returns the RPC calls of the changes except dials. Removals come first, because bitcoind dials a
 * disconnected peer again while its addnode list has it.
 */
export function callsOf({ add, remove, disconnect }: PeerChanges): RpcCall[] {
  return [
    ...remove.map((address) => addnode(address, 'remove')),
    ...disconnect.map((address): RpcCall => ({ method: 'disconnectnode', params: [address] })),
    ...add.map((address) => addnode(address, 'add')),
  ];
}

/** Returns the RPC call that dials a peer. */
export function dialCall(address: string): RpcCall {
  return addnode(address, 'onetry');
}

function addnode(address: string, command: 'add' | 'remove' | 'onetry'): RpcCall {
  return { method: 'addnode', params: [address, command] };
}

/** Error codes of changes that are already in place. */
const alreadyInPlace = new Set<number | undefined>([
  rpcErrorCode.nodeAlreadyAdded,
  rpcErrorCode.nodeNotAdded,
  rpcErrorCode.nodeNotConnected,
]);

/**
 * Makes the changes on one node except dials.
 *
 * @param onFailure receives each rejected change; the next query shows its effect
 */
export async function makeChanges(
  client: Pick<RpcClient, 'batch'>,
  changes: PeerChanges,
  onFailure: (error: RpcError) => void,
): Promise<void> {
  try {
    for (const outcome of await client.batch(callsOf(changes))) {
      if ('error' in outcome && !alreadyInPlace.has(outcome.error.code)) onFailure(outcome.error);
    }
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    onFailure(error);
  }
}
