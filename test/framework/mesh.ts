import { setTimeout as sleep } from 'node:timers/promises';
import type { Agent } from 'node:http';
import { rpcPort } from '../../bitcoin/chain.ts';
import { RpcClient, rpcAgent } from '../../bitcoin/rpc/client.ts';
import { RpcError } from '../../bitcoin/rpc/error.ts';
import type { RpcCredentials } from '../../bitcoin/rpc/credentials.ts';
import type { Pod } from '../../controller/cache/workloads.ts';

/** Milliseconds between two looks at all nodes. */
const interval = 10;

interface PeerInfo {
  readonly addr: string;
  readonly inbound: boolean;
  /** 0 until the handshake is done. */
  readonly version: number;
}

/** The links of a network as its nodes tell a user over RPC. */
export class Mesh {
  readonly #login: RpcCredentials;
  readonly #agent: Agent = rpcAgent();

  constructor(login: RpcCredentials) {
    this.#login = login;
  }

  /**
   * Waits until every pair of the pods is linked.
   * @returns performance.now() at that moment
   */
  async untilComplete(pods: readonly Pod[]): Promise<number> {
    const pairs = (pods.length * (pods.length - 1)) / 2;
    for (;;) {
      const links = new Set((await Promise.all(pods.map((pod) => this.#linksOf(pod)))).flat());
      if (links.size === pairs) return performance.now();
      await sleep(interval);
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  /** The links that a node dialled; none while it does not answer. */
  async #linksOf({ metadata, status }: Pod): Promise<string[]> {
    const address = `${status!.podIP!}:${rpcPort}`;
    const client = new RpcClient({ address, credentials: this.#login, agent: this.#agent });
    try {
      const peers = (await client.call('getpeerinfo')) as PeerInfo[];
      return peers
        .filter(({ inbound, version }) => !inbound && version > 0)
        .map(({ addr }) => [metadata.name, addr.split('.', 1)[0]!].sort().join(' '));
    } catch (error) {
      if (error instanceof RpcError) return [];
      throw error;
    }
  }
}
