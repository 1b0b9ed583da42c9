import type { RpcAgent } from './agent.ts';
import type { RpcCredentials } from './credentials.ts';
import type { ControllerMethod } from './whitelist.ts';
import { RpcError, type RpcFailure } from './error.ts';
import { post, PostTimeoutError, ResponseTooLargeError } from './post.ts';

/** One call of a batch. */
export interface RpcCall {
  readonly method: ControllerMethod;
  readonly params?: readonly unknown[];
}

/** The outcome of one call of a batch: its result, or the error. */
export type RpcOutcome = { readonly result: unknown } | { readonly error: RpcError };

/** How a request ended. A request is `refused` if the node answers every call with an error. */
export type RpcRequestOutcome = 'success' | RpcFailure;

/** The address of a node's RPC server, and the credentials for it. */
export interface RpcClientOptions {
  /** Host and port, `10.0.0.7:18332`. */
  readonly address: string;
  readonly credentials: RpcCredentials;
  /** The connections, shared by all clients. */
  readonly agent: RpcAgent;
  /**
   * Milliseconds until a call fails as `timeout`.
   * @default 10000
   */
  readonly timeout?: number | undefined;
  /**
   * The owner of the node, such as its namespace. If the responses of all nodes have too many
   * bytes, those of the owner with the most bytes fail.
   * @default the same owner
   */
  readonly tenant?: string;
  /** Aborts all calls, which then fail as `unreachable`. @default never */
  readonly signal?: AbortSignal | undefined;
  /**
   * Bytes that a response may have; a larger one fails as `malformed`.
   * @default 1 MiB
   */
  readonly maxResponseBytes?: number;
  /**
   * Receives the duration of each request in milliseconds, and its outcome.
   * @default none
   */
  readonly onRequest?: ((duration: number, outcome: RpcRequestOutcome) => void) | undefined;
}

/** An element of a batch response, if the node follows JSON-RPC. */
interface BatchElement {
  readonly id: number;
  readonly result: unknown;
  readonly error: unknown;
}

/**
 * A JSON-RPC client for one bitcoind. It never retries, because only the caller knows whether a
 * call may take effect twice. Results are as bitcoind returns them; the caller checks their shape.
 */
export class RpcClient {
  readonly #options: RpcClientOptions;
  readonly #authorization: string;

  constructor(options: RpcClientOptions) {
    this.#options = options;
    const { user, password } = options.credentials;
    this.#authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  }

  /**
   * Sends one call.
   *
   * @throws {RpcError}
   */
  async call(method: ControllerMethod, ...params: unknown[]): Promise<unknown> {
    const [outcome] = await this.batch([{ method, params }]);
    if ('error' in outcome!) throw outcome.error;
    return outcome!.result;
  }

  /**
   * Sends several calls in one request.
   *
   * @returns the outcomes in the order of the calls
   * @throws {RpcError} if the request as a whole fails
   */
  async batch(calls: readonly RpcCall[]): Promise<RpcOutcome[]> {
    if (calls.length === 0) return [];
    const { onRequest } = this.#options;
    if (!onRequest) return this.#send(calls);
    const start = performance.now();
    let outcome: RpcRequestOutcome = 'success';
    try {
      const outcomes = await this.#send(calls);
      const errors = outcomes.flatMap((one) => ('error' in one ? [one.error.failure] : []));
      if (errors.length === calls.length) outcome = errors[0]!;
      return outcomes;
    } catch (error) {
      outcome = (error as RpcError).failure;
      throw error;
    } finally {
      onRequest(performance.now() - start, outcome);
    }
  }

  async #send(calls: readonly RpcCall[]): Promise<RpcOutcome[]> {
    const answers = await this.#post(
      calls.map(({ method, params = [] }, id) => ({ jsonrpc: '1.0', id, method, params })),
    );
    return calls.map(({ method }, id) => {
      const answer = answers.find((candidate) => candidate.id === id);
      if (!answer) return { error: this.#error('malformed', `no answer to ${method}`) };
      if (!answer.error) return { result: answer.result };
      const { code, message } = readError(answer.error);
      return { error: this.#error('refused', `${method}: ${message} (${code})`, { code }) };
    });
  }

  async #post(calls: readonly object[]): Promise<BatchElement[]> {
    const { address, agent, signal, tenant = '' } = this.#options;
    const { timeout = 10_000, maxResponseBytes = 1 << 20 } = this.#options;
    const { status, body } = await post({
      ...{ address, agent, tenant, signal, timeout },
      authorization: this.#authorization,
      body: JSON.stringify(calls),
      maxBytes: maxResponseBytes,
    }).catch((cause: unknown) => {
      throw this.#transportError(cause as Error);
    });
    if (status === 401) {
      throw this.#error('unauthorized', 'the node rejects the RPC credentials (401)');
    }
    if (status === 403) {
      const message = 'the RPC credentials do not permit the call (403)';
      throw this.#error('forbidden', `${message}; a restart of the node updates its whitelist`);
    }
    return this.#parse(status, body);
  }

  #parse(status: number, text: string): BatchElement[] {
    let answers: unknown;
    try {
      answers = JSON.parse(text);
    } catch (cause) {
      throw this.#error('malformed', `not JSON, HTTP status ${status}`, { cause });
    }
    // bitcoind answers a batch that it cannot parse with a single object.
    if (!Array.isArray(answers))
      throw this.#error('malformed', `not a batch, HTTP status ${status}`);
    return answers.filter(
      (answer) => typeof answer === 'object' && answer !== null,
    ) as BatchElement[];
  }

  #transportError(cause: Error): RpcError {
    if (cause instanceof ResponseTooLargeError) {
      return this.#error('malformed', cause.message, { cause });
    }
    const failure = cause instanceof PostTimeoutError ? 'timeout' : 'unreachable';
    return this.#error(failure, cause.message, { cause });
  }

  #error(
    failure: RpcError['failure'],
    message: string,
    options?: { code?: number; cause?: unknown },
  ): RpcError {
    return new RpcError(failure, `${this.#options.address}: ${message}`, options);
  }
}

/** Maximum length of an error message of a node; longer messages are truncated. */
const maxErrorLength = 500;

/** Returns the code and the message of a JSON-RPC error, whatever the node sent instead. */
function readError(error: unknown): { readonly code: number; readonly message: string } {
  const { code, message } = (typeof error === 'object' ? error : {}) as Record<string, unknown>;
  return {
    code: Number.isSafeInteger(code) ? (code as number) : 0,
    message: (typeof message === 'string' ? message : 'no message').slice(0, maxErrorLength),
  };
}
