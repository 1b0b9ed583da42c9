import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import type { RpcAgent } from './agent.ts';

/** A request to an RPC server. */
export interface PostOptions {
  /** Host and port, `10.0.0.7:18332`. */
  readonly address: string;
  /** Value of the Authorization header. */
  readonly authorization: string;
  /** JSON. */
  readonly body: string;
  readonly agent: RpcAgent;
  /** Milliseconds within which the response must be complete. */
  readonly timeout: number;
  /** Aborts the request. @default never */
  readonly signal?: AbortSignal | undefined;
  /** The owner of the server; see {@link RpcAgent.responses}. */
  readonly tenant: string;
  /** Bytes that the body of the response may have. */
  readonly maxBytes: number;
}

/** A complete response. */
export interface PostResponse {
  readonly status: number;
  readonly body: string;
}

/** The response has more bytes than allowed. */
export class ResponseTooLargeError extends Error {
  override readonly name = 'ResponseTooLargeError';
}

/** The connection was not established, or the response was not complete, in time. */
export class PostTimeoutError extends Error {
  override readonly name = 'PostTimeoutError';
}

/** Milliseconds to connect; a running node accepts a connection in far less. */
const connectTimeout = 3_000;

/**
 * Sends a POST request and reads the response. The server is not trusted: whatever it sends or
 * fails to send, the promise settles within the timeout and at most `maxBytes` are buffered.
 *
 * @throws {PostTimeoutError} {@link ResponseTooLargeError} and the errors of the connection
 */
export async function post(options: PostOptions): Promise<PostResponse> {
  const { address, authorization, body, agent, signal, timeout } = options;
  const { promise, resolve, reject } = Promise.withResolvers<PostResponse>();
  const outgoing = request(`http://${address}/`, {
    agent,
    ...(signal && { signal }),
    method: 'POST',
    headers: {
      authorization,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    },
  });
  const fail = (error: Error) => {
    reject(error);
    outgoing.destroy(error);
  };
  const timer = setTimeout(() => {
    fail(new PostTimeoutError(`no response within ${timeout} ms`));
  }, timeout);
  limitConnect(outgoing, fail);
  outgoing.on('error', reject);
  outgoing.on('upgrade', (_response, socket) => {
    socket.destroy();
    fail(new Error('the server switches protocols (HTTP 101)'));
  });
  outgoing.on('response', (response) => {
    collect(outgoing, response, options, fail, (text) => {
      resolve({ status: response.statusCode!, body: text });
    });
  });
  // Rejects a promise that no other event has settled, for example if a connection closes without
  // an error.
  outgoing.on('close', () => {
    clearTimeout(timer);
    reject(new Error('the connection closed before the response was complete'));
  });
  outgoing.end(body);
  return await promise;
}

/** Reads a body of bounded size, while all bodies together are of bounded size too. */
function collect(
  outgoing: ClientRequest,
  response: IncomingMessage,
  { agent, tenant, maxBytes }: Pick<PostOptions, 'agent' | 'tenant' | 'maxBytes'>,
  fail: (error: Error) => void,
  done: (text: string) => void,
): void {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  const buffer = agent.responses.open(tenant, () => {
    const cause = 'all nodes together send too many bytes, and those of this namespace the most';
    fail(new ResponseTooLargeError(cause));
  });
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      fail(new ResponseTooLargeError(`the response has more than ${maxBytes} bytes`));
    } else if (buffer.add(chunk.length)) {
      text += decoder.decode(chunk, { stream: true });
    }
  });
  response.on('error', fail);
  response.on('end', () => {
    done(text + decoder.decode());
  });
  outgoing.on('close', () => {
    buffer.close();
  });
}

/** Aborts a request that cannot connect in time. */
function limitConnect(outgoing: ClientRequest, fail: (error: Error) => void): void {
  outgoing.once('socket', (socket) => {
    if (!socket.connecting) return;
    const timer = setTimeout(() => {
      fail(new PostTimeoutError(`no connection within ${connectTimeout} ms`));
    }, connectTimeout);
    const stop = () => {
      clearTimeout(timer);
    };
    socket.once('connect', stop);
    outgoing.once('close', stop);
  });
}
