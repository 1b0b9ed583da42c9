import { DialBackoff, type Dial } from '../../../bitcoin/peers/dial-backoff.ts';
import { DialPace } from '../../../bitcoin/peers/dial-pace.ts';
import type { PeerAddresses, PeerChanges } from '../../../bitcoin/peers/peer-changes.ts';
import type { NodeName } from '../../../bitcoin/plan/node-name.ts';
import { RpcError } from '../../../bitcoin/rpc/error.ts';
import type { NodeClients } from '../nodes/clients.ts';
import type { Scope } from '../scope.ts';
import { dialCall } from './changes.ts';

/** A dial with the address of the peer. */
export interface AddressedDial extends Dial {
  readonly address: string;
}

/** Returns the dials of the changes. */
export function dialsOf(
  changes: ReadonlyMap<NodeName, PeerChanges>,
  addresses: PeerAddresses,
  pods: ReadonlyMap<NodeName, string>,
): AddressedDial[] {
  return [...changes].flatMap(([from, { dial }]) =>
    dial.map((to) => ({
      from,
      to,
      address: addresses.toDial(to),
      fromPod: pods.get(from) ?? '',
      toPod: pods.get(to) ?? '',
    })),
  );
}

/** The history of a network's dials. */
interface NetworkDials {
  readonly backoff: DialBackoff;
  /** The pace of each node that dialed, and the pod that it belongs to. */
  readonly paces: Map<NodeName, { readonly pod: string; readonly pace: DialPace }>;
}

/** The options of {@link Dialer.dial}. */
export interface DialOptions {
  readonly scope: Pick<Scope, 'key' | 'clock' | 'signal' | 'guard'>;
  readonly clients: NodeClients;
  /** Milliseconds to wait for dials; they go on in the background. */
  readonly timeout: number;
  /** Receives the error of a request with dials. */
  readonly onFailure: (from: NodeName, error: RpcError) => void;
}

/**
 * Lets nodes dial their peers. It repeats a dial with backoff, and starts few dials on a node whose
 * dials are not answered.
 */
export class Dialer {
  readonly #networks = new Map<string, NetworkDials>();

  /**
   * Starts the dials that are due, and waits for them.
   *
   * @returns the dials that were the first between their pods: their handshakes are likely to
   *   follow
   */
  async dial(dials: readonly AddressedDial[], options: DialOptions): Promise<AddressedDial[]> {
    const { key, clock, signal } = options.scope;
    signal.throwIfAborted();
    const network = this.#networkOf(key);
    const due = network.backoff.due(dials, clock.elapsed());
    const first = due.filter((dial) => network.backoff.attempts(dial) === 0);
    const queues = Map.groupBy(due, ({ from }) => from);
    const expired = Promise.withResolvers<undefined>();
    const cancel = clock.setTimer(() => {
      expired.resolve(undefined);
    }, options.timeout);
    const onAbort = () => {
      expired.reject(signal.reason as Error);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    const work = Promise.all([...queues].map(([, queue]) => runQueue(queue, network, options)));
    try {
      await Promise.race([expired.promise, work]);
    } finally {
      cancel();
      signal.removeEventListener('abort', onAbort);
      // Dials in the background have no one to report a late error to.
      work.catch(() => undefined);
    }
    return first.filter((dial) => network.backoff.attempts(dial) > 0);
  }

  /** Drops the history of a network without dials. */
  forget(key: string): void {
    this.#networks.delete(key);
  }

  #networkOf(key: string): NetworkDials {
    const network = this.#networks.get(key) ?? { backoff: new DialBackoff(), paces: new Map() };
    this.#networks.set(key, network);
    return network;
  }
}

/** Sends the dials of one node, as fast as its peers answer. */
async function runQueue(
  dials: readonly AddressedDial[],
  network: NetworkDials,
  { scope, clients, onFailure }: DialOptions,
): Promise<void> {
  const { clock, signal, guard } = scope;
  const { from } = dials[0]!;
  const { backoff } = network;
  const pace = paceOf(network, dials[0]!);
  for (let position = 0; position < dials.length;) {
    const start = clock.elapsed();
    const batch = dials.slice(position, position + pace.available(start));
    if (batch.length === 0 || signal.aborted) return;
    guard();
    position += batch.length;
    pace.start(batch.length, start);
    for (const dial of batch) backoff.record(dial, start);
    try {
      await clients.get(from)!.batch(batch.map(({ address }) => dialCall(address)));
      pace.end(start, clock.elapsed());
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      pace.fail(error.failure === 'unreachable', clock.elapsed());
      onFailure(from, error);
      // The other dials of this node would fail too; a later reconcile repeats them.
      return;
    }
  }
}

function paceOf({ paces }: NetworkDials, { from, fromPod }: Dial): DialPace {
  const last = paces.get(from);
  if (last?.pod === fromPod) return last.pace;
  const pace = new DialPace();
  paces.set(from, { pod: fromPod, pace });
  return pace;
}
