import { setTimeout as sleep } from 'node:timers/promises';
import { rpcPort } from '../bitcoin/chain.ts';
import { RpcAgent } from '../bitcoin/rpc/agent.ts';
import { RpcClient } from '../bitcoin/rpc/client.ts';
import type { RpcCredentials } from '../bitcoin/rpc/credentials.ts';
import { RpcError } from '../bitcoin/rpc/error.ts';
import { outboundLinks, type PeerInfo } from '../test/framework/links.ts';
import type { Pod } from '../test/framework/pod.ts';

/** Milliseconds between two queries of all nodes. */
const interval = 10;

/** Queries the nodes of a network for their links over RPC. */
export class LinkProbe {
  readonly #credentials: RpcCredentials;
  readonly #agent = new RpcAgent();

  constructor(credentials: RpcCredentials) {
    this.#credentials = credentials;
  }

  /**
   * Waits until every two of the pods are linked.
   *
   * @returns performance.now() at that time
   */
  async waitForFullMesh(pods: readonly Pod[]): Promise<number> {
    const pairs = (pods.length * (pods.length - 1)) / 2;
    for (;;) {
      const links = new Set(
        (await Promise.all(pods.map((pod) => this.#linksOf(pod, pods)))).flat(),
      );
      if (links.size === pairs) return performance.now();
      await sleep(interval);
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  /** The links that a node opened; none while it does not respond. */
  async #linksOf({ metadata, status }: Pod, pods: readonly Pod[]): Promise<string[]> {
    const address = `${status!.podIP!}:${rpcPort}`;
    const client = new RpcClient({ address, credentials: this.#credentials, agent: this.#agent });
    try {
      const peers = (await client.call('getpeerinfo')) as PeerInfo[];
      return outboundLinks(metadata.name, peers, pods);
    } catch (error) {
      if (error instanceof RpcError) return [];
      throw error;
    }
  }
}
