import { Agent } from 'node:http';
import { ResponseBuffers } from './response-buffers.ts';

/**
 * The connections to all nodes. They are kept alive, at most two to a node, and closed before
 * bitcoind closes them (its -rpcservertimeout is 30 s).
 */
export class RpcAgent extends Agent {
  /** The incomplete responses of all nodes. */
  readonly responses = new ResponseBuffers();

  constructor() {
    super({ keepAlive: true, maxSockets: 2, timeout: 20_000 });
  }
}
