import { serveHealth } from '../../../kube/health/server.ts';
import type { ListeningServer } from '../../../kube/runtime/listen.ts';

describe('serveHealth', () => {
  let synced = false;
  let server: ListeningServer;
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
    return [response.status, await response.text()];
  };

  beforeEach(async () => {
    const readyz = { watches: () => synced, other: () => true };
    server = await serveHealth({ host: '127.0.0.1', port: 0, healthz: {}, readyz });
  });

  afterEach(() => server.close());

  test('returns 200 for /healthz without checks', async () => {
    expect(await get('/healthz')).toEqual([200, 'ok\n']);
  });

  test('returns 503 for /readyz with the name of the failing check', async () => {
    expect(await get('/readyz')).toEqual([503, '[-] watches\n[+] other\nfailed\n']);
    synced = true;
    expect(await get('/readyz?verbose')).toEqual([200, '[+] watches\n[+] other\nok\n']);
  });

  test('returns 404 for other paths', async () => {
    expect((await get('/'))[0]).toBe(404);
  });
});
