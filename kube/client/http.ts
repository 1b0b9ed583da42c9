/** A request to an API server. The transport adds the credentials. */
export interface TransportRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query, relative to the server's base URL. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Aborts the request and the reading of its response. */
  readonly signal: AbortSignal;
  /** Called when a connection is ready for the request. If it throws, nothing is sent. */
  readonly guard?: (() => void) | undefined;
}

/** A response with an unread body. The body must be read to its end, or the signal aborted. */
export interface TransportResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: AsyncIterable<Uint8Array> & { text(): Promise<string> };
}

/** Sends requests to an API server. */
export interface Transport {
  /**
   * Sends a request.
   *
   * @throws ConnectionError if no response arrives; the signal's reason if it is aborted; the error
   *   of the guard
   */
  send(request: TransportRequest): Promise<TransportResponse>;
  /** Closes all connections and aborts their requests. */
  close(): Promise<void>;
}
