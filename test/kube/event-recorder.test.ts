import { formatMicroTime } from '../../kube/clock.ts';
import { EventRecorder } from '../../kube/event-recorder.ts';
import { KubeClient } from '../../kube/client.ts';
import { FakeApiServer } from './fake-api-server.ts';
import { FakeClock } from './fake-clock.ts';
import { RecordingLogger } from './recording-logger.ts';

const WIDGET = {
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: { name: 'a', namespace: 'ns', uid: 'u', resourceVersion: '7' },
};
const NOTE = { type: 'Normal', reason: 'Turned', action: 'Turn', note: 'turned once' } as const;

let server: FakeApiServer;
let client: KubeClient;
let log: RecordingLogger;

beforeEach(async () => {
  server = await FakeApiServer.start();
  client = KubeClient.fromKubeConfig(server.kubeConfig(), { userAgent: 'test' });
  log = new RecordingLogger();
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
    clock: new FakeClock(Date.UTC(2026, 0, 2, 3, 4, 5, 678)),
    log,
  });

const sent = () => server.requests.map(({ body }) => JSON.parse(body) as Record<string, unknown>);

describe('EventRecorder', () => {
  test('creates an Event about the object', async () => {
    const events = recorder();
    events.record(WIDGET, NOTE);
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

  test('names Events of the same moment differently, and those of long names short enough', async () => {
    const events = recorder();
    const object = { ...WIDGET, metadata: { ...WIDGET.metadata, name: 'x'.repeat(253) } };
    events.record(object, NOTE);
    events.record(object, NOTE);
    await events.flush();
    const names = sent().map(({ metadata }) => (metadata as { name: string }).name);
    expect(new Set(names).size).toBe(2);
    expect(names[0]!.length).toBeLessThanOrEqual(253);
  });

  test('keeps Events about cluster-scoped objects in the default namespace', async () => {
    const events = recorder();
    events.record({ ...WIDGET, metadata: { name: 'a' } }, NOTE);
    await events.flush();
    expect(sent()[0]!.metadata).toMatchObject({ namespace: 'default' });
  });

  test('cuts a long note off between characters', async () => {
    const events = recorder();
    events.record(WIDGET, { ...NOTE, note: '€'.repeat(1000) });
    events.record(WIDGET, { ...NOTE, note: 'x'.repeat(1024) });
    await events.flush();
    const [first, second] = sent().map(({ note }) => note as string);
    expect(first).toBe(`${'€'.repeat(340)}...`);
    expect(second).toBe('x'.repeat(1024));
  });

  test('logs what the API server refuses, and goes on', async () => {
    const events = recorder();
    server.fail('other', { kind: 'status', code: 403, reason: 'Forbidden' });
    events.record(WIDGET, { ...NOTE, reason: 'First' });
    events.record(WIDGET, { ...NOTE, reason: 'Second' });
    await events.flush();
    expect(sent().map(({ reason }) => reason)).toEqual(['First', 'Second']);
    expect(log.at('warn')).toMatchObject([{ fields: { event: { reason: 'First' } } }]);
  });

  test('drops Events when too many wait', async () => {
    const events = recorder(2);
    for (let i = 0; i < 5; i++) events.record(WIDGET, { ...NOTE, reason: `Reason${i}` });
    await events.flush();
    // The first was under way, two could wait.
    expect(sent().map(({ reason }) => reason)).toEqual(['Reason0', 'Reason1', 'Reason2']);
    expect(log.at('warn').map(({ fields }) => fields.reason)).toEqual(['Reason3', 'Reason4']);
  });
});

test('formatMicroTime prints six digits', () => {
  expect(formatMicroTime(0)).toBe('1970-01-01T00:00:00.000000Z');
});
