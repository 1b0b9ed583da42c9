import { PodRefusals } from '../../../../controller/bitcoin-network/nodes/pod-refusals.ts';
import { ApiError, ConnectionError } from '../../../../kube/api/errors.ts';
import type { KubeClient } from '../../../../kube/client/client.ts';
import { dependencies, node, scope, statefulSet } from '../../builders.ts';

const note =
  'create Pod alice-sts-2 in StatefulSet alice-sts failed error: pods "alice-sts-2" is ' +
  'forbidden: exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2';
const message = note.slice(note.indexOf('pods "'));

const event = (fields: object) => ({
  apiVersion: 'events.k8s.io/v1',
  kind: 'Event',
  metadata: { name: 'e' },
  note,
  deprecatedFirstTimestamp: '2026-01-01T12:00:00Z',
  deprecatedLastTimestamp: '2026-01-01T12:01:00Z',
  eventTime: null,
  ...fields,
});

describe('PodRefusals', () => {
  const all = [node('0'), node('1'), node('2')];
  let context: ReturnType<typeof dependencies>;
  let refusals: PodRefusals;
  let selectors: (string | undefined)[];
  let items: object[] | Error;

  beforeEach(() => {
    context = dependencies();
    context.server.put('statefulsets/alice-sts', { ...statefulSet(3) });
    refusals = new PodRefusals();
    selectors = [];
    items = [event({})];
  });

  const eventReader: Pick<KubeClient, 'list'> = {
    list: (_, options) => {
      selectors.push(`${options!.namespace!} ${options!.fieldSelector!}`);
      if (items instanceof Error) return Promise.reject(items);
      return Promise.resolve({ metadata: {}, items } as never);
    },
  };
  const read = (nodes = all.slice(0, 2), terminating: { name: '2' }[] = []) =>
    refusals.read(scope(undefined, { ...context, eventReader }), nodes, terminating);
  const readAfter = (delay: number) => {
    context.clock.time += delay;
    return read();
  };

  test('reads nothing while every node has a pod, or one that is being deleted', async () => {
    for (let round = 0; round < 3; round++) {
      context.clock.time += 60_000;
      expect(await read(all)).toBeUndefined();
      expect(await read(all.slice(0, 2), [{ name: '2' }])).toBeUndefined();
    }
    expect(selectors).toEqual([]);
    expect(refusals.untilRead('lab/alice', context.clock.time)).toBeUndefined();
  });

  test('reads nothing before the StatefulSet controller has processed an edit', async () => {
    context.server.put('statefulsets/alice-sts', {
      ...statefulSet(3, { observedGeneration: 0 }),
    });
    await read();
    await readAfter(60_000);
    expect(selectors).toEqual([]);
  });

  test('returns the words of the API server once a pod is missing for 3 s', async () => {
    expect(await read()).toBeUndefined();
    expect(refusals.untilRead('lab/alice', context.clock.time)).toBe(3_000);
    expect(await readAfter(2_999)).toBeUndefined();
    expect(selectors).toEqual([]);
    const since = Date.parse('2026-01-01T12:00:00Z');
    expect(await readAfter(1)).toEqual({ message, since });
    expect(selectors).toEqual([
      'lab regarding.uid=uid-of-statefulsets/alice-sts,reason=FailedCreate',
    ]);
  });

  test('reads again after a delay that doubles from 5 s to 60 s', async () => {
    await read();
    const delays = [3_000, 5_000, 10_000, 20_000, 40_000, 60_000, 60_000];
    for (const [index, delay] of delays.entries()) {
      await readAfter(delay - 1);
      expect(selectors).toHaveLength(index);
      await readAfter(1);
      expect(selectors).toHaveLength(index + 1);
    }
  });

  test('returns the latest words, and the time of the first event', async () => {
    items = [
      event({ note: 'old', deprecatedFirstTimestamp: '2026-01-01T11:00:00Z' }),
      event({
        note: 'new',
        deprecatedFirstTimestamp: null,
        deprecatedLastTimestamp: null,
        eventTime: '2026-01-01T12:00:00.5Z',
        series: { lastObservedTime: '2026-01-01T12:05:00Z' },
      }),
      event({ note: undefined }),
    ];
    await read();
    const since = Date.parse('2026-01-01T11:00:00Z');
    expect(await readAfter(3_000)).toEqual({ message: 'new', since });
  });

  test('returns undefined if no event says why', async () => {
    items = [];
    await read();
    expect(await readAfter(3_000)).toBeUndefined();
  });

  test.each([
    new ApiError('GET /x', 403, { reason: 'Forbidden', message: 'no' }),
    new ConnectionError('GET /x: refused'),
  ])('returns undefined, and logs a warning, if the events cannot be read: %s', async (error) => {
    items = error;
    await read();
    expect(await readAfter(3_000)).toBeUndefined();
  });

  test('drops what it read once the pods exist', async () => {
    await read();
    await readAfter(3_000);
    await read(all);
    expect(await read()).toBeUndefined();
  });
});
