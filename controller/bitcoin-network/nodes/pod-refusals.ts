import { events } from '../../../kube/events/event.ts';
import type { KubeObject } from '../../../kube/api/object.ts';
import { isObserved } from '../../cache/workloads.ts';
import { statefulSetOf, type Scope } from '../scope.ts';
import type { NodeState } from './observe.ts';

/** Why the API server refuses to create pods, such as an exceeded quota. */
export interface PodRefusal {
  /** The API server's own words. */
  readonly message: string;
  /** When the first such refusal was recorded, in milliseconds since the epoch. */
  readonly since: number;
}

/** The fields of an Event (events.k8s.io/v1) that are read. */
interface FailureEvent extends KubeObject {
  readonly note?: string;
  readonly eventTime?: string | null;
  readonly series?: { readonly lastObservedTime?: string };
  readonly deprecatedFirstTimestamp?: string | null;
  readonly deprecatedLastTimestamp?: string | null;
}

/** Milliseconds that pods are missing before the first read: most are created within a second. */
const firstRead = 3_000;

/** Milliseconds between two reads, which double. */
const delays = { initial: 5_000, max: 60_000 };

/** Maximum number and bytes of events in one read. */
const limits = { limit: 100, maxBytes: 1 << 20 };

interface Reads {
  readonly next: number;
  readonly delay: number;
  readonly refusal: PodRefusal | undefined;
}

/**
 * Reads why pods of a network do not exist: the API server refuses them, and only events of the
 * StatefulSet say so. While no pod is missing it reads nothing
 * (docs/adr/0023-causes-in-conditions.md).
 */
export class PodRefusals {
  readonly #reads = new Map<string, Reads>();

  /**
   * Returns why pods of the network do not exist, or undefined if none is missing or the reason is
   * unknown.
   *
   * @param terminating names of nodes whose former pods still exist, so that none is missing
   */
  async read(
    scope: Pick<
      Scope,
      'network' | 'key' | 'names' | 'cache' | 'plan' | 'eventReader' | 'signal' | 'log' | 'clock'
    >,
    nodes: readonly Pick<NodeState, 'name'>[],
    terminating: readonly Pick<NodeState, 'name'>[] = [],
  ): Promise<PodRefusal | undefined> {
    const { key, plan, clock } = scope;
    const present = new Set([...nodes, ...terminating].map(({ name }) => name));
    const isMissing = [...plan.nodes.keys()].some((name) => !present.has(name));
    const set = statefulSetOf(scope);
    if (!isMissing || !set || !isObserved(set)) {
      this.forget(key);
      return undefined;
    }
    const now = clock.elapsed();
    const reads = this.#reads.get(key);
    if (!reads) {
      this.#reads.set(key, { next: now + firstRead, delay: delays.initial, refusal: undefined });
      return undefined;
    }
    if (now < reads.next) return reads.refusal;
    const refusal = await readRefusal(scope, set.metadata.uid!);
    const delay = Math.min(delays.max, reads.delay * 2);
    this.#reads.set(key, { next: now + reads.delay, delay, refusal });
    return refusal;
  }

  /**
   * Milliseconds until the next read, or undefined if no pod is missing.
   *
   * @param now by the monotonic clock
   */
  untilRead(key: string, now: number): number | undefined {
    const reads = this.#reads.get(key);
    return reads && Math.max(0, reads.next - now);
  }

  /** Drops what was read for a network. */
  forget(key: string): void {
    this.#reads.delete(key);
  }
}

/** The reason is a detail of the status: if it cannot be read, the status is written without. */
async function readRefusal(
  {
    eventReader,
    network,
    key,
    signal,
    log,
  }: Pick<Scope, 'eventReader' | 'network' | 'key' | 'signal' | 'log'>,
  uid: string,
): Promise<PodRefusal | undefined> {
  const { namespace } = network.metadata;
  const fieldSelector = `regarding.uid=${uid},reason=FailedCreate`;
  try {
    const options = { namespace, fieldSelector, signal, ...limits };
    const { items } = await eventReader.list<FailureEvent>(events, options);
    return latestRefusal(items);
  } catch (err) {
    signal.throwIfAborted();
    log.warn({ network: key, phase: 'status', err }, 'failed to read events of the StatefulSet');
    return undefined;
  }
}

function latestRefusal(items: readonly FailureEvent[]): PodRefusal | undefined {
  const refusals = items
    .flatMap((event) => {
      const first = event.deprecatedFirstTimestamp ?? event.eventTime;
      const last = event.series?.lastObservedTime ?? event.deprecatedLastTimestamp ?? first;
      return event.note !== undefined && first && last
        ? [{ note: event.note, first: Date.parse(first), last: Date.parse(last) }]
        : [];
    })
    .sort((a, b) => b.last - a.last);
  const [latest] = refusals;
  if (!latest) return undefined;
  const since = Math.min(...refusals.map(({ first }) => first));
  return { message: refusalMessage(latest.note), since };
}

/** Removes what the StatefulSet controller puts before the words of the API server. */
function refusalMessage(note: string): string {
  return note.replace(/^create Pod \S+ in StatefulSet \S+ failed error: /, '').slice(0, 1_024);
}
