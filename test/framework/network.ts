import type { BitcoinNetwork, BitcoinNetworkStatus } from '../../imports/bitcoin-network.ts';
import { eventually } from './eventually.ts';
import type { Kubectl } from './kubectl.ts';
import { linksOfAllPairs, outboundLinks, type PeerInfo } from './links.ts';
import { networkResource } from './network-resource.ts';
import { restartCount, type Pod } from './pod.ts';

/** The resource's full name for kubectl, because other resources may have its short names. */
const resourceName = 'bitcoinnetworks.bitcoincontroller.christianb93.github.com';

/** Identifies a run of a pod: a restart of the pod or of one of its containers changes it. */
export interface Incarnation {
  readonly uid: string;
  readonly restarts: number;
}

/** The fields of getblockchaininfo that identify a node's chain. */
export interface ChainTip {
  readonly blocks: number;
  readonly bestblockhash: string;
}

/** A network that a test edits and observes as a user does, by kubectl alone. */
export class Network {
  readonly name: string;
  readonly kubectl: Kubectl;

  constructor(kubectl: Kubectl, name: string) {
    this.kubectl = kubectl;
    this.name = name;
  }

  podName(ordinal: number): string {
    return `${this.name}-sts-${ordinal}`;
  }

  /** Applies the BitcoinNetwork with this spec. */
  apply(spec: BitcoinNetwork['spec']): Promise<void> {
    return this.kubectl.apply(networkResource({ name: this.name }, spec));
  }

  /** Merges a patch into the spec. */
  patch(spec: object): Promise<void> {
    return this.kubectl.patch(`${resourceName}/${this.name}`, { spec });
  }

  resource(): Promise<BitcoinNetwork> {
    return this.kubectl.get(resourceName, this.name);
  }

  async delete({ wait = false } = {}): Promise<void> {
    await this.kubectl.run(['delete', resourceName, this.name, `--wait=${wait}`]);
  }

  /**
   * Runs `kubectl wait` for a condition.
   *
   * @param condition a type, or `TYPE=STATUS`
   */
  async waitForCondition(condition: string, seconds: number): Promise<void> {
    const timeout = `--timeout=${seconds}s`;
    const network = `${resourceName}/${this.name}`;
    await this.kubectl.run(['wait', `--for=condition=${condition}`, network, timeout]);
  }

  /** Waits until the status has these fields. */
  async waitForStatus(status: Partial<BitcoinNetworkStatus>, seconds: number): Promise<void> {
    await eventually(seconds, async () => {
      expect((await this.resource()).status).toMatchObject(status);
    });
  }

  async pods(): Promise<Pod[]> {
    const { items } = await this.kubectl.get<{ items: Pod[] }>('pods', '-l', `app=${this.name}`);
    return items;
  }

  /** The incarnations of the pods by name. */
  async incarnations(): Promise<Map<string, Incarnation>> {
    return new Map(
      (await this.pods()).map((pod) => [
        pod.metadata.name,
        { uid: pod.metadata.uid!, restarts: restartCount(pod) },
      ]),
    );
  }

  /** Runs bitcoin-cli in the pod of a node. */
  bitcoinCli<T>(ordinal: number, ...args: string[]): Promise<T> {
    return this.kubectl.bitcoinCli(this.podName(ordinal), ...args);
  }

  /** Opens a path to the RPC port of a node until `close` is called. */
  async forwardRpc(ordinal: number): Promise<{ address: string; close: () => void }> {
    const name = this.podName(ordinal);
    const { status } = (await this.pods()).find(({ metadata }) => metadata.name === name)!;
    // The pods of the playground are addresses of this machine.
    if (status?.hostIP !== '127.0.0.1') return this.kubectl.forward(name, 18332);
    return { address: `${status.podIP!}:18332`, close: () => undefined };
  }

  /** Mines blocks at node 0. */
  async mine(blocks: number): Promise<void> {
    const address = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080'; // from BIP 173, without an owner
    await this.bitcoinCli(0, 'generatetoaddress', String(blocks), address);
  }

  /** The tips of the first nodes, by ordinal. */
  tips(nodes: number): Promise<ChainTip[]> {
    return Promise.all(
      Array.from({ length: nodes }, async (_, ordinal) => {
        const info = await this.bitcoinCli<ChainTip>(ordinal, 'getblockchaininfo');
        return { blocks: info.blocks, bestblockhash: info.bestblockhash };
      }),
    );
  }

  /** The heights of the first nodes, by ordinal. */
  async heights(nodes: number): Promise<number[]> {
    return (await this.tips(nodes)).map(({ blocks }) => blocks);
  }

  /** The links that a node opened, as {@link outboundLinks} returns them. */
  async outboundLinks(pod: string): Promise<string[]> {
    const peers = await this.kubectl.bitcoinCli<PeerInfo[]>(pod, 'getpeerinfo');
    return outboundLinks(pod, peers, await this.pods());
  }

  /** Waits until every two of the nodes are linked, and no other pods. */
  async waitForFullMesh(nodes: number, seconds: number): Promise<void> {
    const pods = Array.from({ length: nodes }, (_, ordinal) => this.podName(ordinal));
    await eventually(seconds, async () => {
      const links = new Set<string>();
      for (const pod of pods) {
        for (const link of await this.outboundLinks(pod)) links.add(link);
      }
      expect([...links].sort()).toEqual(linksOfAllPairs(pods).sort());
    });
  }

  /** Waits until the addnode list of every node has this length. */
  async waitForAddnodeLists(nodes: number, length: number, seconds: number): Promise<void> {
    await eventually(seconds, async () => {
      for (let ordinal = 0; ordinal < nodes; ordinal++) {
        const added = await this.bitcoinCli<unknown[]>(ordinal, 'getaddednodeinfo');
        expect([this.podName(ordinal), added.length]).toEqual([this.podName(ordinal), length]);
      }
    });
  }
}
