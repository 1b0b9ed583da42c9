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

/** The outcome of one call of a batch: its result, or why there is none. */
export type RpcOutcome = { readonly result: unknown } | { readonly error: RpcError };

/** Where a node's RPC server is and how to log in. */
export interface RpcClientProps {
  /** Host and port, `10.0.0.7:18332`. */
  readonly address: string;
  readonly credentials: RpcCredentials;
  /** Connections are kept in it; share one among all clients ({@link rpcAgent}). */
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
 * Keep-alive connections for {@link RpcClient}: at most two a node, dropped
 * before bitcoind closes them itself (its -rpcservertimeout is 30 s).
 */
export function rpcAgent(): Agent {
  return new Agent({ keepAlive: true, maxSockets: 2, timeout: 20_000 });
}

/** Milliseconds for a connection: a node that is there answers in far less. */
const connectTimeout = 3_000;

/**
 * JSON-RPC to one bitcoind. It retries nothing: a caller knows whether a call
 * may be made twice. Results are as bitcoind gives them; the caller names their
 * type.
 */
export class RpcClient {
  readonly #props: RpcClientProps;
  readonly #authorization: string;

  constructor(props: RpcClientProps) {
    this.#props = props;
    const { user, password } = props.credentials;
    this.#authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  }

  /** @throws {RpcError} */
  async call(method: ControllerMethod, ...params: unknown[]): Promise<unknown> {
    const [outcome] = await this.batch([{ method, params }]);
    if ('error' in outcome!) throw outcome.error;
    return outcome!.result;
  }

  /**
   * Several calls in one request, answered in the order given.
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
    const { address, agent, timeout = 10_000 } = this.#props;
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
    if (status === 401) throw this.#error('unauthorized', 'the RPC login was refused (401)');
    if (status === 403) throw this.#error('forbidden', 'the RPC login may not call this (403)');
    return this.#parse(status, answer);
  }

  #parse(status: number, text: string): Answer[] {
    let answers: unknown;
    try {
      answers = JSON.parse(text);
    } catch (cause) {
      throw this.#error('malformed', `not JSON, HTTP status ${status}`, { cause });
    }
    // bitcoind answers a batch that it could not read with a single object.
    if (!Array.isArray(answers)) throw this.#error('malformed', `not a batch, HTTP ${status}`);
    return answers as Answer[];
  }

  #transportError(cause: Error): RpcError {
    // A request that its signal ends has the signal's reason as its cause.
    const { name, message } = cause.name === 'AbortError' ? (cause.cause as Error) : cause;
    return this.#error(name === 'TimeoutError' ? 'timeout' : 'unreachable', message, { cause });
  }

  #error(
    failure: RpcError['failure'],
    message: string,
    options?: { code?: number; cause?: unknown },
  ): RpcError {
    return new RpcError(failure, `${this.#props.address}: ${message}`, options);
  }
}

/** Gives a request up that finds nobody to connect to. */
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
