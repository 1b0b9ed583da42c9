import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';

/*
 * A module that node loads before the controller's program. It ends the process by SIGKILL at the
 * request that the environment variable KILL_AT names: `before PATTERN` before any of the request
 * is sent, `after PATTERN` when its response has arrived and none of it has been read. The pattern
 * is a regular expression for `METHOD /path body`.
 */
const [, killTime, pattern] = /^(before|after) (.*)$/.exec(process.env.KILL_AT ?? '')!;
const regexp = new RegExp(pattern!);
const texts = new WeakMap<ClientRequest, string>();

const killIfMatching = (time: 'before' | 'after', request: ClientRequest) => {
  if (time !== killTime || !regexp.test(texts.get(request) ?? '')) return;
  process.kill(process.pid, 'SIGKILL');
};

subscribe('http.client.request.created', (message) => {
  const { request } = message as { request: ClientRequest };
  const end = request.end.bind(request);
  request.end = ((body?: unknown) => {
    const text = typeof body === 'string' ? body : '';
    texts.set(request, `${request.method} ${request.path} ${text}`);
    killIfMatching('before', request);
    return end(body);
  }) as typeof request.end;
});

subscribe('http.client.response.finish', (message) => {
  killIfMatching('after', (message as { request: ClientRequest }).request);
});
