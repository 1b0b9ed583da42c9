import type { ServerResponse } from 'node:http';
import type { LeaseRequest, LeaseTransport } from './leader-election/lease-transport.ts';

/** A failure of a request. */
export type Fault =
  | { readonly kind: 'reset' }
  | { readonly kind: 'silence' }
  | {
      readonly kind: 'status';
      readonly code: number;
      readonly reason?: string;
      readonly retryAfter?: number;
    }
  | { readonly kind: 'text'; readonly code: number; readonly text: string };

/** Fails a request. */
export function sendFault(fault: Fault, response: ServerResponse): void {
  switch (fault.kind) {
    case 'reset':
      response.socket?.resetAndDestroy();
      break;
    case 'silence':
      break;
    case 'text':
      response.writeHead(fault.code).end(fault.text);
      break;
    case 'status':
      if (fault.retryAfter !== undefined) response.setHeader('retry-after', fault.retryAfter);
      sendStatus(response, fault.code, fault.reason ?? '');
  }
}

/** Sends the response of a LeaseTransport, and closes the connection if it has none. */
export async function forward(
  request: Omit<LeaseRequest, 'signal'>,
  lease: LeaseTransport,
  response: ServerResponse,
): Promise<void> {
  const closed = new AbortController();
  response.on('close', () => {
    closed.abort(new Error('connection closed'));
  });
  try {
    const { status, body } = await lease.send({ ...request, signal: closed.signal });
    response.writeHead(status, { 'content-type': 'application/json' });
    response.flushHeaders();
    for await (const chunk of body) response.write(chunk);
    response.end();
  } catch {
    response.destroy();
  }
}

export function sendJson(response: ServerResponse, code: number, body: unknown): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

export function sendStatus(response: ServerResponse, code: number, reason: string): void {
  sendJson(response, code, {
    kind: 'Status',
    apiVersion: 'v1',
    code,
    reason,
    message: 'from the fake',
  });
}
