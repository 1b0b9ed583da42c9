import { serveHealth, type HealthServer } from '../../../kube/health/server.ts';

describe('serveHealth', () => {
  let synced = false;
  let server: HealthServer;
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
    return [response.status, await response.text()];
  };

  beforeEach(async () => {
    const readyz = { watches: () => synced, other: () => true };
    server = await serveHealth({ host: '127.0.0.1', port: 0, healthz: {}, readyz });
  });

  afterEach(() => server.close());

  test('healthz passes as long as it answers', async () => {
    expect(await get('/healthz')).toEqual([200, 'ok\n']);
  });

  test('readyz follows its checks and names the one that fails', async () => {
    expect(await get('/readyz')).toEqual([503, '[-] watches\n[+] other\nfailed\n']);
    synced = true;
    expect(await get('/readyz?verbose')).toEqual([200, '[+] watches\n[+] other\nok\n']);
  });

  test('anything else is not found', async () => {
    expect((await get('/'))[0]).toBe(404);
  });
});
