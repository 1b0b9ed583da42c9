import { once } from 'node:events';
import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { RpcCredentials } from './credentials.ts';
import type { ControllerMethod } from './methods.ts';
import { RpcError } from './error.ts';

/** One call of a batch. */
export interface RpcCall {
  readonly method: ControllerMethod;
  readonly params?: readonly unknown[];
}

/** The outcome of one call of a batch: its result, or the error. */
export type RpcOutcome = { readonly result: unknown } | { readonly error: RpcError };

/** The address of a node's RPC server, and the credentials for it. */
export interface RpcClientOptions {
  /** Host and port, `10.0.0.7:18332`. */
  readonly address: string;
  readonly credentials: RpcCredentials;
  /** Pool of connections, shared by all clients; see {@link rpcAgent}. */
  readonly agent: Agent;
  /**
   * Milliseconds until a call fails as `timeout`.
   * @default 10000
   */
  readonly timeout?: number;
}

interface Answer {
  readonly id: number;
  readonly result: unknown;
  readonly error: { readonly code: number; readonly message: string } | null;
}

/**
 * Returns a pool of keep-alive connections for {@link RpcClient}. It opens at most two connections
 * to a node, and closes them before bitcoind does (its -rpcservertimeout is 30 s).
 */
export function rpcAgent(): Agent {
  return new Agent({ keepAlive: true, maxSockets: 2, timeout: 20_000 });
}

/** Milliseconds to connect; a running node accepts a connection in far less. */
const connectTimeout = 3_000;

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
    const answers = await this.#post(
      calls.map(({ method, params = [] }, id) => ({ jsonrpc: '1.0', id, method, params })),
    );
    return calls.map(({ method }, id) => {
      const answer = answers.find((candidate) => candidate.id === id);
      if (!answer) return { error: this.#error('malformed', `no answer to ${method}`) };
      if (!answer.error) return { result: answer.result };
      const { code, message } = answer.error;
      return { error: this.#error('refused', `${method}: ${message} (${code})`, { code }) };
    });
  }

  async #post(calls: readonly object[]): Promise<Answer[]> {
    const { address, agent, timeout = 10_000 } = this.#options;
    const body = JSON.stringify(calls);
    let status: number;
    let answer: string;
    try {
      const outgoing = request(`http://${address}/`, {
        agent,
        method: 'POST',
        headers: {
          authorization: this.#authorization,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        },
        signal: AbortSignal.timeout(timeout),
      });
      limitConnect(outgoing);
      outgoing.end(body);
      const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
      status = response.statusCode!;
      answer = await text(response);
    } catch (cause) {
      throw this.#transportError(cause as Error);
    }
    if (status === 401)
      throw this.#error('unauthorized', 'the node rejects the RPC credentials (401)');
    if (status === 403)
      throw this.#error(
        'forbidden',
        'the RPC credentials do not permit the call (403); a restart of the node updates its whitelist',
      );
    return this.#parse(status, answer);
  }

  #parse(status: number, text: string): Answer[] {
    let answers: unknown;
    try {
      answers = JSON.parse(text);
    } catch (cause) {
      throw this.#error('malformed', `not JSON, HTTP status ${status}`, { cause });
    }
    // bitcoind answers a batch that it cannot parse with a single object.
    if (!Array.isArray(answers)) throw this.#error('malformed', `not a batch, HTTP ${status}`);
    return answers.filter((answer) => typeof answer === 'object' && answer !== null) as Answer[];
  }

  #transportError(cause: Error): RpcError {
    // The error of an aborted request has the signal's reason as its cause.
    const { name, message } = cause.name === 'AbortError' ? (cause.cause as Error) : cause;
    return this.#error(name === 'TimeoutError' ? 'timeout' : 'unreachable', message, { cause });
  }

  #error(
    failure: RpcError['failure'],
    message: string,
    options?: { code?: number; cause?: unknown },
  ): RpcError {
    return new RpcError(failure, `${this.#options.address}: ${message}`, options);
  }
}

/** Aborts a request that cannot connect in time. */
function limitConnect(outgoing: ClientRequest): void {
  outgoing.once('socket', (socket) => {
    if (!socket.connecting) return;
    const timer = setTimeout(() => {
      const message = `no connection within ${connectTimeout} ms`;
      outgoing.destroy(new DOMException(message, 'TimeoutError'));
    }, connectTimeout);
    const stop = () => {
      clearTimeout(timer);
    };
    socket.once('connect', stop);
    outgoing.once('close', stop);
  });
}
