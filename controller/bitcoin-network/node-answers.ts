import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../kube/runtime/clock.ts';
import { updatePartitionOf } from '../cache/workloads.ts';
import { peersWithoutNodes, type PeersResult } from './peers/reconcile.ts';
import { isRolling } from './rollout/revision.ts';
import { statefulSetOf, type Scope } from './scope.ts';
import type { NodeState } from './nodes/observe.ts';

/** The outcome of one query of a network's nodes: their peers and chains, or the error. */
export type NodesAnswer = { readonly peers: PeersResult } | { readonly error: unknown };

interface Entry {
  /** The version of the query. */
  readonly version: string;
  /** When the query was answered or, without an answer, requested. */
  readonly time: number;
  readonly answer?: NodesAnswer;
  /** The answer to an earlier query while there is none to this one. */
  readonly earlier?: NodesAnswer | undefined;
}

/** Answers older than this many milliseconds do not decide which node of a rollout comes next. */
const maxRolloutAge = 5_000;

/**
 * The last answers of each network's nodes. Objects are reconciled with the answers at hand, so
 * that no node delays the objects of any network; a reconcile requests a query when the answers do
 * not describe the network's current pods.
 */
export class NodeAnswers {
  readonly #entries = new Map<string, Entry>();
  readonly #request: (networkKey: string) => void;
  readonly #clock: Clock;

  /** @param request queues a query of the nodes of a network */
  constructor(request: (networkKey: string) => void, clock: Clock) {
    this.#request = request;
    this.#clock = clock;
  }

  /**
   * Returns the answer of a network's nodes, or requests a query.
   *
   * @returns the milliseconds since the request if there is no answer yet
   */
  read(scope: Scope, nodes: readonly NodeState[]): NodesAnswer | number {
    if (!nodes.some(({ ready }) => ready)) return { peers: peersWithoutNodes(scope) };
    const { key } = scope;
    const now = this.#clock.elapsed();
    const rolling = isRolling(scope, nodes);
    const version = queryVersion(scope, nodes, rolling);
    const entry = this.#entries.get(key);
    if (entry?.version === version) {
      const { answer, time } = entry;
      if (!answer) return now - time;
      if (!rolling || now - time <= maxRolloutAge) return answer;
    }
    const earlier = entry?.answer ?? entry?.earlier;
    this.#entries.set(key, { version, time: now, earlier });
    this.#request(key);
    return 0;
  }

  /**
   * Stores the answer to a query.
   *
   * @param version the version before the query, see {@link queryVersion}
   * @returns whether it differs from the last one
   */
  record(networkKey: string, version: string, answer: NodesAnswer): boolean {
    const last = this.#entries.get(networkKey);
    this.#entries.set(networkKey, { version, time: this.#clock.elapsed(), answer });
    return last?.version !== version || !isDeepStrictEqual(last.answer, answer);
  }

  /**
   * Returns the last answer of a network's nodes, which may describe an earlier spec or earlier
   * pods; undefined if they were never queried. It requests no query.
   */
  latest(networkKey: string): NodesAnswer | undefined {
    const entry = this.#entries.get(networkKey);
    return entry?.answer ?? entry?.earlier;
  }

  /** Drops the answers of a network. */
  forget(networkKey: string): void {
    this.#entries.delete(networkKey);
  }
}

/**
 * Returns everything that a query of a network's nodes depends on: the spec, the pods, and the step
 * of a rollout.
 */
export function queryVersion(
  scope: Pick<Scope, 'network' | 'names' | 'cache'>,
  nodes: readonly NodeState[],
  rolling: boolean,
): string {
  const { uid, generation } = scope.network.metadata;
  const set = statefulSetOf(scope);
  const pods = nodes.map(({ name, ip, ready, readySince, revision }) =>
    [name, ip, ready, readySince, revision].join(' '),
  );
  const partition = rolling && set ? updatePartitionOf(set) : '';
  return [uid, generation, rolling, partition, ...pods].join('\n');
}
