import type { RpcCall, RpcClient, RpcOutcome } from './client.ts';
import { RpcError } from './error.ts';
import { isFrozenMethod } from './whitelist.ts';

/** Read calls that belong together, and how to read their results. */
export interface RpcQuery<T> {
  readonly calls: readonly RpcCall[];
  /**
   * Reads the results of the calls, in their order.
   *
   * @throws Error if a result does not have the expected shape
   */
  readonly parse: (results: readonly unknown[]) => T;
}

/** The value that a node returned for a query, or the error. */
export type Answer<T> = { readonly value: T } | { readonly error: RpcError };

/** Queries by name. */
export type RpcQueries = Readonly<Record<string, RpcQuery<unknown>>>;

/** The answer to each query of a set. */
export type Answers<Q extends RpcQueries> = {
  readonly [Name in keyof Q]: Answer<ReturnType<Q[Name]['parse']>>;
};

/**
 * Sends all queries to one node in a single request. A failed call or a malformed result fails only
 * its own query; a failed request fails all of them.
 *
 * A node that has not restarted since its whitelist grew rejects the whole request with 403. The
 * queries that use methods of release 0.1.0 only are then sent again without the others.
 */
export async function queryNode<Q extends RpcQueries>(
  client: Pick<RpcClient, 'batch'>,
  queries: Q,
): Promise<Answers<Q>> {
  const answers: Partial<Record<string, Answer<unknown>>> = {};
  const send = async (names: readonly string[]) => {
    const outcomes = await client.batch(names.flatMap((name) => queries[name]!.calls));
    let position = 0;
    for (const name of names) {
      const query = queries[name]!;
      answers[name] = read(query, outcomes.slice(position, (position += query.calls.length)));
    }
  };
  const fail = (names: readonly string[], error: unknown) => {
    if (!(error instanceof RpcError)) throw error;
    for (const name of names) answers[name] = { error };
  };
  const all = Object.keys(queries);
  const frozen = all.filter((name) => queries[name]!.calls.every(isFrozenCall));
  try {
    await send(all);
  } catch (error) {
    fail(all, error);
    const isForbidden = (error as RpcError).failure === 'forbidden';
    if (isForbidden && frozen.length > 0 && frozen.length < all.length) {
      await send(frozen).catch((cause: unknown) => {
        fail(frozen, cause);
      });
    }
  }
  return answers as Answers<Q>;
}

function isFrozenCall({ method }: RpcCall): boolean {
  return isFrozenMethod(method);
}

function read<T>({ calls, parse }: RpcQuery<T>, outcomes: readonly RpcOutcome[]): Answer<T> {
  const results: unknown[] = [];
  for (const outcome of outcomes) {
    if ('error' in outcome) return { error: outcome.error };
    results.push(outcome.result);
  }
  try {
    return { value: parse(results) };
  } catch (cause) {
    const methods = calls.map(({ method }) => method).join(', ');
    const reason = cause instanceof Error ? cause.message : String(cause);
    return { error: new RpcError('malformed', `${methods}: ${reason}`, { cause }) };
  }
}
