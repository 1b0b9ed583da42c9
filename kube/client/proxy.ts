import { Pool, ProxyAgent, Socks5ProxyAgent, type buildConnector, type Dispatcher } from 'undici';
import type { Connections } from './connections.ts';
import type { Credentials, TlsOptions } from '../config/credentials.ts';
import type { TransportRequest, TransportResponse } from './http.ts';

/**
 * Milliseconds within which an HTTP proxy must answer a CONNECT. Without this limit, the client
 * waits for 5 minutes, and a proxy that never answers occupies all connections.
 */
const tunnelTimeout = 10_000;

/** Connections through an HTTP(S) or SOCKS5 proxy, which Node's own client does not support. */
export class ProxyConnections implements Connections {
  readonly #dispatcher: Dispatcher;

  /** @param maxConnections maximum number of connections; every watch occupies one */
  constructor(proxyUrl: string, tls: TlsOptions, maxConnections: number) {
    const requestTls = tls as buildConnector.BuildOptions;
    const options = {
      allowH2: false,
      connections: Number.isFinite(maxConnections) ? maxConnections : null,
      keepAliveTimeout: 60_000,
      requestTls,
    };
    this.#dispatcher = proxyUrl.startsWith('socks')
      ? new Socks5ProxyAgent(proxyUrl, options)
      : new ProxyAgent({
          ...options,
          uri: proxyUrl,
          clientFactory: (origin, pool) =>
            new Pool(origin, { ...(pool as Pool.Options), headersTimeout: tunnelTimeout }),
        });
  }

  async send(
    { origin, pathname, search }: URL,
    request: TransportRequest,
    credentialHeaders: Credentials['headers'],
  ): Promise<TransportResponse> {
    const { method, body, signal, guard } = request;
    const dispatcher = guard ? this.#dispatcher.compose(callBeforeSend(guard)) : this.#dispatcher;
    const { statusCode, ...response } = await dispatcher.request({
      origin,
      path: pathname + search,
      method,
      headers: { ...request.headers, ...credentialHeaders },
      body: body ?? null,
      signal,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    return { status: statusCode, headers: response.headers, body: response.body };
  }

  retire(): void {
    void this.#dispatcher.close();
  }

  destroy(): Promise<void> {
    return this.#dispatcher.destroy();
  }
}

/** Calls a guard when a connection is ready for the request; nothing is sent if it throws. */
function callBeforeSend(guard: () => void): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) => {
    const onRequestStart = handler.onRequestStart?.bind(handler);
    handler.onRequestStart = (controller, context) => {
      guard();
      onRequestStart?.(controller, context);
    };
    return dispatch(options, handler);
  };
}
