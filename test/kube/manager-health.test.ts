import { ManagerFixture } from './manager-fixture.ts';
import { waitFor } from './wait-for.ts';

let fixture: ManagerFixture;

beforeEach(async () => {
  fixture = await ManagerFixture.create();
});

afterEach(() => fixture.end());

describe('/readyz of Manager', () => {
  test('names the caches that are not synced', async () => {
    const { cache, work } = fixture;
    void fixture.start();
    await waitFor('the cache runs', () => cache.isRunning);
    expect(await fixture.probe('/readyz')).toEqual([
      503,
      '[-] caches: caches are not synced: widgets\n[+] work\nfailed\n',
    ]);
    cache.sync();
    await waitFor('the work runs', () => work.isRunning);
    expect(await fixture.probe('/readyz')).toEqual([200, '[+] caches\n[+] work\nok\n']);
  });

  test('returns 503 while the work of the leader is not ready', async () => {
    const { work } = fixture;
    work.ready = false;
    await fixture.startLeading();
    expect(await fixture.probe('/readyz')).toEqual([503, '[+] caches\n[-] work\nfailed\n']);
    work.ready = true;
    expect(await fixture.probe('/readyz')).toEqual([200, '[+] caches\n[+] work\nok\n']);
  });

  test('returns 200 in a standby, even if its work is not ready', async () => {
    fixture.work.ready = false;
    await fixture.startStandby();
    expect(await fixture.probe('/readyz')).toEqual([200, '[+] caches\n[+] work\nok\n']);
  });
});

describe('/healthz of Manager', () => {
  test('reports the failing check of a runnable', async () => {
    let isHealthy = true;
    fixture.work.healthz.push(
      () => true,
      () => {
        if (isHealthy) return true;
        throw new Error('a reconcile hangs');
      },
    );
    await fixture.startLeading();
    expect(await fixture.probe('/healthz')).toEqual([200, '[+] lease\n[+] caches\n[+] work\nok\n']);
    isHealthy = false;
    expect(await fixture.probe('/healthz')).toEqual([
      503,
      '[+] lease\n[+] caches\n[-] work: a reconcile hangs\nfailed\n',
    ]);
  });

  test('reports a cache whose watch has failed for more than 10 minutes', async () => {
    const { cache } = fixture;
    await fixture.startLeading();
    cache.failingFor = 600_000;
    expect((await fixture.probe('/healthz'))[0]).toBe(200);
    cache.failingFor = 601_000;
    const [status, report] = await fixture.probe('/healthz');
    expect(status).toBe(503);
    expect(report).toMatch(/^\[-\] caches: .*widgets \(601 s\)$/m);
  });

  test('reports work that ignores the loss of the Lease', async () => {
    const { work } = fixture;
    await fixture.startLeading();
    fixture.takeLease();
    await fixture.advance(29);
    expect(work.isStopping).toBe(true);
    expect((await fixture.probe('/healthz'))[0]).toBe(200);
    await fixture.advance(2);
    expect(await fixture.probe('/healthz')).toEqual([
      503,
      '[-] lease\n[+] caches\n[+] work\nfailed\n',
    ]);
  });
});
