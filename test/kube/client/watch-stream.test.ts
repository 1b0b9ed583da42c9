import fc from 'fast-check';
import { ApiError } from '../../../kube/api/errors.ts';
import { watchEvents } from '../../../kube/client/watch-stream.ts';

async function* chunksOf(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let start = 0;
  for (const end of [...ends, bytes.length]) {
    await Promise.resolve();
    yield bytes.subarray(start, end);
    start = end;
  }
}

async function parse(text: string, cuts: readonly number[] = []): Promise<unknown[]> {
  const events: unknown[] = [];
  for await (const event of watchEvents(chunksOf(Buffer.from(text), cuts), 'WATCH /x')) {
    events.push(event);
  }
  return events;
}

describe('watchEvents', () => {
  test('yields the same events for any split of the bytes into chunks', async () => {
    const event = fc.record({
      type: fc.constantFrom('ADDED', 'MODIFIED', 'DELETED'),
      object: fc.record({ data: fc.string({ unit: 'binary' }) }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(event), fc.array(fc.nat()), async (events, cuts) => {
        const text = events.map((item) => `${JSON.stringify(item)}\n`).join('');
        expect(await parse(text, cuts)).toEqual(events);
      }),
    );
  });

  test('drops an incomplete last event and ignores empty lines', async () => {
    expect(await parse('\n{"type":"ADDED","object":{}}\n\n{"type":"ADD')).toEqual([
      { type: 'ADDED', object: {} },
    ]);
  });

  test('throws SyntaxError for a line that is not JSON', async () => {
    await expect(parse('{"type":\n')).rejects.toBeInstanceOf(SyntaxError);
  });

  test('throws an ERROR event as ApiError', async () => {
    const text = '{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}\n';
    await expect(parse(text)).rejects.toEqual(new ApiError('WATCH /x', 410, { reason: 'Expired' }));
  });
});
