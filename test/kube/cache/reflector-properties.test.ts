import fc from 'fast-check';
import { setUp } from './reflector-fixture.ts';

const name = fc.constantFrom('a', 'b', 'c', 'd');

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('put' as const), name }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('remove' as const), name }) },
  fc.record({
    do: fc.constantFrom(
      'endWatches',
      'resetWatches',
      'compact',
      'bookmark',
      'gone',
      'serverError',
      'repeat',
      'staleBookmark',
      'halfLine',
      'garbage',
      'silence',
      'listReset',
      'listTooMany',
      'listError',
      'watchTooMany',
      'watchStatus',
      'advance',
    ),
  }),
);

describe('Reflector with generated faults', () => {
  test('ends with a store equal to the server, and reports every change', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const mirror = new Map<string, unknown>();
        const fixture = await setUp({
          pageSize: 2,
          onChange: ({ type, object, old }) => {
            const { name } = object.metadata;
            // Every change starts from the result of the previous one.
            expect(mirror.get(name)).toEqual(old?.data);
            if (type === 'deleted') mirror.delete(name);
            else mirror.set(name, object.data);
          },
        });
        const { server, clock, log, reflector } = fixture;
        void fixture.run();
        let value = 0;
        for (const step of steps) {
          switch (step.do) {
            case 'put':
              server.put(step.name, String(value++));
              break;
            case 'remove':
              server.remove(step.name);
              break;
            case 'endWatches':
              server.endWatches();
              break;
            case 'resetWatches':
              server.resetWatches();
              break;
            case 'compact':
              server.compact();
              break;
            case 'bookmark':
              server.sendBookmark();
              break;
            case 'gone':
              server.sendError(410, 'Expired');
              break;
            case 'serverError':
              server.sendError(500, 'InternalError');
              break;
            case 'repeat':
              server.repeatEvents(5);
              break;
            case 'staleBookmark':
              server.sendBookmark(5);
              break;
            case 'halfLine':
              server.sendRaw('{"type":"ADDED","object":{"meta');
              server.endWatches();
              break;
            case 'garbage':
              server.sendRaw('garbage\n');
              break;
            case 'silence':
              server.mute();
              break;
            case 'listReset':
              server.fail('list', { kind: 'reset' });
              break;
            case 'listTooMany':
              server.fail('list', { kind: 'status', code: 429 });
              break;
            case 'listError':
              server.fail('list', { kind: 'status', code: 500 });
              break;
            case 'watchTooMany':
              server.fail('watch', { kind: 'status', code: 429 });
              break;
            case 'watchStatus':
              server.fail('watch', { kind: 'status', code: 503 });
              break;
            case 'advance':
              await clock.advance(200);
          }
          await new Promise((resolve) => setImmediate(resolve));
        }
        const expected = () =>
          JSON.stringify(
            server.objects.map((object) => [object.metadata.name, object.data]).sort(),
          );
        const actual = () =>
          JSON.stringify(
            reflector.store
              .list()
              .map((object) => [object.metadata.name, object.data])
              .sort(),
          );
        // Advance the clock, and give requests real time.
        const deadline = Date.now() + 10_000;
        while (actual() !== expected() || server.watchCount === 0) {
          if (Date.now() > deadline) break;
          await clock.advance(5_000);
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
        expect(actual()).toBe(expected());
        expect([...mirror].sort()).toEqual(JSON.parse(expected()));
        expect(log.at('error')).toEqual([]);
        await fixture.end();
      }),
      { numRuns: 100 },
    );
  }, 120_000);
});
