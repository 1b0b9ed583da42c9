import type { BitcoinNetwork } from '../../imports/bitcoin-network.ts';
import type { Pod } from '../../controller/cache/workloads.ts';
import { eventually } from './eventually.ts';
import type { Kubectl } from './kubectl.ts';

/** The resource's full name for kubectl: it may share its short ones. */
export const bitcoinNetworks = 'bitcoinnetworks.bitcoincontroller.christianb93.github.com';

/** What a restart of a pod or of its containers would change. */
export interface Incarnation {
  readonly uid: string;
  readonly restarts: number;
}

/** A network as its user sees it, through kubectl alone. */
export class Network {
  readonly name: string;
  readonly kubectl: Kubectl;

  constructor(kubectl: Kubectl, name: string) {
    this.kubectl = kubectl;
    this.name = name;
  }

  pod(ordinal: number): string {
    return `${this.name}-sts-${ordinal}`;
  }

  /** Applies a BitcoinNetwork with this spec. */
  create(spec: BitcoinNetwork['spec']): Promise<void> {
    return this.kubectl.apply({
      apiVersion: 'bitcoincontroller.christianb93.github.com/v1',
      kind: 'BitcoinNetwork',
      metadata: { name: this.name },
      spec,
    });
  }

  resource(): Promise<BitcoinNetwork> {
    return this.kubectl.get(bitcoinNetworks, this.name);
  }

  /** `kubectl wait` for a condition of the network. */
  async wait(condition: string, seconds: number): Promise<void> {
    const timeout = `--timeout=${seconds}s`;
    const network = `${bitcoinNetworks}/${this.name}`;
    await this.kubectl.run(['wait', `--for=condition=${condition}`, network, timeout]);
  }

  async pods(): Promise<Pod[]> {
    const { items } = await this.kubectl.get<{ items: Pod[] }>('pods', '-l', `app=${this.name}`);
    return items;
  }

  /** By name, what a restart would change. */
  async incarnations(): Promise<Map<string, Incarnation>> {
    return new Map(
      (await this.pods()).map(({ metadata, status }) => {
        const statuses = status?.containerStatuses ?? [];
        const restarts = statuses.reduce((sum, { restartCount = 0 }) => sum + restartCount, 0);
        return [metadata.name, { uid: metadata.uid!, restarts }];
      }),
    );
  }

  /** Pairs of pods that are linked by getpeerinfo of either, `a b` in order of names. */
  async links(nodes: number): Promise<Set<string>> {
    const links = new Set<string>();
    const ordinals = Array.from({ length: nodes }, (_, ordinal) => ordinal);
    for (const ordinal of ordinals) {
      const peers = await this.kubectl.bitcoin<
        { addr: string; inbound: boolean; version: number }[]
      >(this.pod(ordinal), 'getpeerinfo');
      for (const { addr, inbound, version } of peers) {
        if (inbound || version === 0) continue;
        links.add([this.pod(ordinal), addr.split('.', 1)[0]!].sort().join(' '));
      }
    }
    return links;
  }

  /** Waits until exactly all pairs of this many nodes are linked. */
  async eventuallyMeshed(nodes: number, seconds: number): Promise<void> {
    const pods = Array.from({ length: nodes }, (_, ordinal) => this.pod(ordinal)).sort();
    const pairs = pods.flatMap((a, i) => pods.slice(i + 1).map((b) => `${a} ${b}`));
    await eventually(seconds, async () => {
      expect([...(await this.links(nodes))].sort()).toEqual(pairs.sort());
    });
  }

  /** Waits until every node's addnode list is this long. */
  async eventuallyLists(nodes: number, length: number, seconds: number): Promise<void> {
    await eventually(seconds, async () => {
      for (let ordinal = 0; ordinal < nodes; ordinal++) {
        const added = await this.kubectl.bitcoin<unknown[]>(this.pod(ordinal), 'getaddednodeinfo');
        expect([this.pod(ordinal), added.length]).toEqual([this.pod(ordinal), length]);
      }
    });
  }

  async delete(): Promise<void> {
    await this.kubectl.run(['delete', bitcoinNetworks, this.name, '--wait=false']);
  }
}
