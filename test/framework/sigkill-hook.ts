import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';

/*
 * Loaded by node before the controller's program, this ends it by SIGKILL at the request that
 * KILL_AT names: `before PATTERN` when nothing of it was sent, `after PATTERN` when it was answered
 * and nothing of the answer was read. The pattern is one of `METHOD /path body`.
 */
const [, when, pattern] = /^(before|after) (.*)$/.exec(process.env.KILL_AT ?? '')!;
const matches = new RegExp(pattern!);
const texts = new WeakMap<ClientRequest, string>();

const dieIf = (moment: string, request: ClientRequest) => {
  if (moment !== when || !matches.test(texts.get(request) ?? '')) return;
  process.kill(process.pid, 'SIGKILL');
};

subscribe('http.client.request.created', (message) => {
  const { request } = message as { request: ClientRequest };
  const end = request.end.bind(request);
  request.end = ((body?: unknown) => {
    const text = typeof body === 'string' ? body : '';
    texts.set(request, `${request.method} ${request.path} ${text}`);
    dieIf('before', request);
    return end(body);
  }) as typeof request.end;
});

subscribe('http.client.response.finish', (message) => {
  dieIf('after', (message as { request: ClientRequest }).request);
});
