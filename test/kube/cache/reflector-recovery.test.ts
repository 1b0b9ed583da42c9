import { type FakeApiServer } from '../fake-api-server.ts';
import { countLists, countWatches, setUp, type ReflectorFixture } from './reflector-fixture.ts';
import { waitFor } from '../wait-for.ts';

let fixture: ReflectorFixture;

afterEach(() => fixture.end());

describe('Reflector after faults', () => {
  test.each(['endWatches', 'resetWatches'] as const)(
    'resumes a watch that ended (%s) immediately and without a list',
    async (end) => {
      fixture = await setUp();
      const { server, changes } = fixture;
      await fixture.start();
      server.put('a', '1');
      await waitFor('the change is reported', () => changes.length === 1);
      server[end]();
      server.put('a', '2');
      server.remove('a');
      await waitFor('all changes are reported', () => changes.length === 3);
      expect(changes).toEqual(['added a 1', 'updated a 1 -> 2', 'deleted a 2']);
      expect(countLists(server)).toBe(1);
      expect(countWatches(server)).toBe(2);
    },
  );

  test('resumes from the highest version that a bookmark reported', async () => {
    fixture = await setUp();
    const { server } = fixture;
    await fixture.start();
    server.sendBookmark(20);
    server.sendBookmark(15);
    server.endWatches();
    await waitFor('the second watch is open', () => countWatches(server) === 2);
    expect(server.requests.at(-1)!.query.resourceVersion).toBe('20');
  });

  test.each([
    [
      'a 410 response',
      (server: FakeApiServer) => {
        server.compact();
        server.endWatches();
      },
    ],
    [
      'a 410 event',
      (server: FakeApiServer) => {
        server.sendError(410, 'Expired');
      },
    ],
  ])('lists again after %s and reports the differences', async (_, expire) => {
    fixture = await setUp();
    const { server, clock, changes, reflector } = fixture;
    for (const name of ['a', 'b', 'c']) server.put(name, '1');
    await fixture.start();
    changes.length = 0;
    server.remove('a', { silently: true });
    server.put('b', '2', { silently: true });
    server.put('d', '1', { silently: true });
    expire(server);
    await waitFor('the second list or the delay before it starts', () => {
      return countLists(server) === 2 || clock.pending.includes(100);
    });
    await clock.advance(100);
    await waitFor('all changes are reported', () => changes.length === 3);
    expect(new Set(changes)).toEqual(new Set(['deleted a 1', 'updated b 1 -> 2', 'added d 1']));
    expect(reflector.store.list()).toHaveLength(3);
  });

  test('lists without pages after a page expired', async () => {
    fixture = await setUp({ pageSize: 2 });
    const { server, reflector } = fixture;
    for (const name of ['a', 'b', 'c']) server.put(name, '1');
    server.expirePages();
    await fixture.start();
    expect(reflector.store.size).toBe(3);
    expect(server.requests.map(({ query }) => query.limit)).toEqual(['2', '2', '0', undefined]);
  });

  test('retries the first list without limit and with backoff', async () => {
    fixture = await setUp();
    const { server, clock, log, reflector } = fixture;
    server.put('a', '1');
    for (let i = 0; i < 12; i++) server.fail('list', { kind: 'status', code: 500 });
    void fixture.run();
    // The first retry has no delay.
    await waitFor('the second list starts', () => countLists(server) === 2);
    for (const delay of [100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]) {
      await waitFor(`a delay of ${delay} ms starts`, () => clock.pending.includes(delay));
      await clock.advance(delay);
    }
    await waitFor('the watch is open', () => server.watchCount === 1);
    expect(reflector.store.size).toBe(1);
    expect(log.at('warn')).toHaveLength(12);
  });

  test('backs off while watches end without an event', async () => {
    fixture = await setUp();
    const { server, clock, changes } = fixture;
    await fixture.start();
    server.endWatches();
    await waitFor('the second watch is open', () => server.watchCount === 1);
    for (const delay of [100, 200]) {
      server.endWatches();
      await waitFor(`a delay of ${delay} ms starts`, () => clock.pending.includes(delay));
      await clock.advance(delay);
      await waitFor('the next watch is open', () => server.watchCount === 1);
    }
    server.put('a', '1');
    await waitFor('the change is reported', () => changes.length === 1);
    server.endWatches();
    await waitFor('the next watch is open without a delay', () => server.watchCount === 1);
  });

  test('replaces a watch that receives nothing for 150 s', async () => {
    fixture = await setUp();
    const { server, clock, changes, log } = fixture;
    await fixture.start();
    server.mute();
    server.put('a', '1');
    await clock.advance(149_999);
    expect(countWatches(server)).toBe(1);
    await clock.advance(1);
    await waitFor('the change is reported', () => changes.length === 1);
    expect(countWatches(server)).toBe(2);
    expect(String(log.at('warn')[0]!.fields.err)).toContain('no event within 150000 ms');
  });

  test('resumes after an incomplete line and after a line that is not an event', async () => {
    fixture = await setUp();
    const { server, changes } = fixture;
    await fixture.start();
    for (const [index, garbage] of ['{"type":"ADDED","obj', 'nonsense\n', '{}\n'].entries()) {
      server.sendRaw(garbage);
      server.resetWatches();
      server.put('a', String(index));
      await waitFor('the change is reported', () => changes.length === index + 1);
    }
    expect(changes).toEqual(['added a 0', 'updated a 0 -> 1', 'updated a 1 -> 2']);
    expect(countLists(server)).toBe(1);
  });

  test('ignores events that it has already processed', async () => {
    fixture = await setUp();
    const { server, changes, reflector } = fixture;
    server.put('old', '1');
    server.remove('old');
    await fixture.start();
    server.put('a', '1');
    server.put('a', '2');
    server.repeatEvents(2);
    server.remove('a');
    server.repeatEvents(5);
    server.put('b', '1');
    await waitFor('the last change is reported', () => changes.includes('added b 1'));
    expect(changes).toEqual(['added a 1', 'updated a 1 -> 2', 'deleted a 2', 'added b 1']);
    expect(reflector.store.size).toBe(1);
  });

  test('reports an object that was recreated during an outage as deleted and added', async () => {
    fixture = await setUp();
    const { server, changes } = fixture;
    server.put('a', '1');
    await fixture.start();
    server.remove('a', { silently: true });
    server.put('a', '2', { silently: true });
    server.sendError(410, 'Expired');
    await waitFor('all changes are reported', () => changes.length === 3);
    expect(changes).toEqual(['added a 1', 'deleted a 1', 'added a 2']);
  });
});
