import type { TransportResponse } from '../../kube/client/http.ts';

/** Returns a response of an API server with its body in one chunk. */
export function jsonResponse(status: number, object: object): TransportResponse {
  const text = JSON.stringify(object);
  async function* body() {
    yield await Promise.resolve(Buffer.from(text));
  }
  const read = { text: () => Promise.resolve(text) };
  return { status, headers: {}, body: Object.assign(body(), read) };
}
