import { formatMicroTime } from '../../../kube/runtime/clock.ts';
import { EventRecorder } from '../../../kube/events/recorder.ts';
import { KubeClient } from '../../../kube/client/client.ts';
import { FakeApiServer } from '../fake-api-server.ts';
import { FakeClock } from '../fake-clock.ts';
import { RecordingLogger } from '../recording-logger.ts';
import { waitFor } from '../wait-for.ts';

const widget = {
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: { name: 'a', namespace: 'ns', uid: 'u', resourceVersion: '7' },
};
const note = { type: 'Normal', reason: 'Turned', action: 'Turn', note: 'turned once' } as const;

let server: FakeApiServer;
let client: KubeClient;
let clock: FakeClock;
let log: RecordingLogger;

beforeEach(async () => {
  server = await FakeApiServer.start();
  client = KubeClient.fromKubeConfig(server.kubeConfig(), { userAgent: 'test' });
  log = new RecordingLogger();
  clock = new FakeClock(Date.UTC(2026, 0, 2, 3, 4, 5, 678));
});

afterEach(async () => {
  await client.close();
  await server.stop();
});

const recorder = (capacity = 1000) =>
  new EventRecorder({
    client,
    reportingController: 'example.com/widget-controller',
    reportingInstance: 'pod-0',
    capacity,
    clock,
    log,
  });

const sent = () => server.requests.map(({ body }) => JSON.parse(body) as Record<string, unknown>);

describe('EventRecorder', () => {
  test('creates an Event about the object', async () => {
    const events = recorder();
    events.record(widget, note);
    await events.flush();
    expect(server.requests[0]!.path).toBe('/base/apis/events.k8s.io/v1/namespaces/ns/events');
    expect(sent()).toEqual([
      {
        apiVersion: 'events.k8s.io/v1',
        kind: 'Event',
        metadata: { name: expect.stringMatching(/^a\.[0-9a-f]+$/) as unknown, namespace: 'ns' },
        eventTime: '2026-01-02T03:04:05.678000Z',
        reportingController: 'example.com/widget-controller',
        reportingInstance: 'pod-0',
        regarding: {
          apiVersion: 'example.com/v1',
          kind: 'Widget',
          name: 'a',
          namespace: 'ns',
          uid: 'u',
          resourceVersion: '7',
        },
        type: 'Normal',
        reason: 'Turned',
        action: 'Turn',
        note: 'turned once',
      },
    ]);
  });

  test('gives Events unique names of at most 253 characters', async () => {
    const events = recorder();
    const object = { ...widget, metadata: { ...widget.metadata, name: 'x'.repeat(253) } };
    events.record(object, note);
    events.record(object, { ...note, reason: 'TurnedTwice' });
    await events.flush();
    const names = sent().map(({ metadata }) => (metadata as { name: string }).name);
    expect(new Set(names).size).toBe(2);
    expect(names[0]!.length).toBeLessThanOrEqual(253);
  });

  test('creates Events about cluster-scoped objects in the default namespace', async () => {
    const events = recorder();
    events.record({ ...widget, metadata: { name: 'a' } }, note);
    await events.flush();
    expect(sent()[0]!.metadata).toMatchObject({ namespace: 'default' });
  });

  test('truncates a long note between characters', async () => {
    const events = recorder();
    events.record(widget, { ...note, note: '€'.repeat(1000) });
    events.record(widget, { ...note, note: 'x'.repeat(1024) });
    await events.flush();
    const [first, second] = sent().map(({ note }) => note as string);
    expect(first).toBe(`${'€'.repeat(340)}...`);
    expect(second).toBe('x'.repeat(1024));
  });

  test('logs an Event that the API server rejects, and sends the next one', async () => {
    const events = recorder();
    server.fail('other', { kind: 'status', code: 403, reason: 'Forbidden' });
    events.record(widget, { ...note, reason: 'First' });
    events.record(widget, { ...note, reason: 'Second' });
    await events.flush();
    expect(sent().map(({ reason }) => reason)).toEqual(['First', 'Second']);
    expect(log.at('warn')).toMatchObject([{ fields: { event: { reason: 'First' } } }]);
  });

  test('drops Events when the queue is full', async () => {
    const events = recorder(2);
    for (let i = 0; i < 5; i++) events.record(widget, { ...note, reason: `Reason${i}` });
    await events.flush();
    // The first Event is being sent, and the queue holds two more.
    expect(sent().map(({ reason }) => reason)).toEqual(['Reason0', 'Reason1', 'Reason2']);
    expect(log.at('warn').map(({ fields }) => fields.reason)).toEqual(['Reason3', 'Reason4']);
  });

  const methods = () => server.requests.map(({ method }) => method);

  test('sends the count of a repeated Event after 1 s, and then at most once a minute', async () => {
    const events = recorder();
    events.record(widget, note);
    await events.flush();
    for (let i = 0; i < 3; i++) events.record(widget, note);
    expect(methods()).toEqual(['POST']);
    await clock.advance(1000);
    await waitFor('the count is sent', () => server.requests.length === 2);
    expect(server.requests[1]!.path).toMatch(/\/events\/a\.[0-9a-f]+$/);
    expect(sent()[1]).toEqual({
      series: { count: 4, lastObservedTime: '2026-01-02T03:04:05.678000Z' },
    });
    await events.flush();
    for (let i = 0; i < 120; i++) {
      events.record(widget, note);
      await clock.advance(1000);
    }
    await events.flush();
    expect(methods()).toEqual(['POST', 'PATCH', 'PATCH', 'PATCH']);
    expect(sent().at(-1)).toMatchObject({ series: { count: 124 } });
    await clock.advance(600_000);
    expect(clock.pending).toEqual([]);
  });

  test('creates another Event after 6 minutes, and for another object, type, reason, action or note', async () => {
    const events = recorder();
    events.record(widget, note);
    await clock.advance(360_000);
    events.record(widget, note);
    events.record({ ...widget, metadata: { ...widget.metadata, uid: 'v' } }, note);
    events.record(widget, { ...note, type: 'Warning' });
    events.record(widget, { ...note, reason: 'X' });
    events.record(widget, { ...note, action: 'X' });
    events.record(widget, { ...note, note: 'X' });
    await events.flush();
    expect(methods()).toEqual(Array(7).fill('POST'));
  });

  test('sends pending counts when flushed', async () => {
    const events = recorder();
    events.record(widget, note);
    events.record(widget, note);
    await events.flush();
    expect(methods()).toEqual(['POST', 'PATCH']);
    expect(clock.pending).toEqual([]);
  });

  test('creates another Event after the first was rejected or deleted', async () => {
    const events = recorder();
    server.fail('other', { kind: 'status', code: 500 });
    events.record(widget, note);
    await events.flush();
    events.record(widget, note);
    await events.flush();
    server.fail('other', { kind: 'status', code: 404, reason: 'NotFound' });
    events.record(widget, note);
    await events.flush();
    events.record(widget, note);
    await events.flush();
    expect(methods()).toEqual(['POST', 'POST', 'PATCH', 'POST']);
  });

  test('stops sending counts without permission to patch', async () => {
    const events = recorder();
    events.record(widget, note);
    await events.flush();
    server.fail('other', { kind: 'status', code: 403, reason: 'Forbidden' });
    for (let i = 0; i < 3; i++) {
      events.record(widget, note);
      await events.flush();
    }
    expect(methods()).toEqual(['POST', 'PATCH']);
    expect(log.at('warn')).toHaveLength(1);
  });

  test('limits the number of Events per object', async () => {
    const events = recorder();
    for (let i = 0; i < 40; i++) events.record(widget, { ...note, reason: `Reason${i}` });
    events.record({ ...widget, metadata: { ...widget.metadata, uid: 'v' } }, note);
    await events.flush();
    expect(server.requests).toHaveLength(26);
    await clock.advance(600_000);
    for (let i = 0; i < 5; i++) events.record(widget, { ...note, reason: `Later${i}` });
    await events.flush();
    expect(server.requests).toHaveLength(28);
  });

  test('remembers at most 1,000 series', async () => {
    const events = recorder(10_000);
    for (let i = 0; i < 1001; i++) {
      events.record({ ...widget, metadata: { ...widget.metadata, uid: `u${i}` } }, note);
    }
    await events.flush();
    const before = server.requests.length;
    events.record({ ...widget, metadata: { ...widget.metadata, uid: 'u1000' } }, note);
    events.record({ ...widget, metadata: { ...widget.metadata, uid: 'u0' } }, note);
    await events.flush();
    expect(methods().slice(before).sort()).toEqual(['PATCH', 'POST']);
  });
});

test('formatMicroTime prints six digits', () => {
  expect(formatMicroTime(0)).toBe('1970-01-01T00:00:00.000000Z');
});
