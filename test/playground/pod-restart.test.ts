import { KubeClient } from '../../kube/client/client.ts';
import { hasRestarted, untilPodsRestarted, type StartedPod } from '../../playground/pod-restart.ts';
import { RecordingLogger } from '../kube/recording-logger.ts';
import { waitFor } from '../kube/wait-for.ts';
import { FakeCollection } from './fake-collection.ts';

const since = new Date('2026-06-01T12:00:00.700Z');

function pod(
  containers: readonly (readonly [ready: boolean, startedAt?: string])[],
  more: { phase?: string; deletionTimestamp?: string; nodeName?: string } = {},
): StartedPod {
  const { phase = 'Running', deletionTimestamp, nodeName = 'playground' } = more;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a', ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }) },
    spec: nodeName === '' ? {} : { nodeName },
    status: {
      phase,
      containerStatuses: containers.map(([ready, startedAt]) => ({
        ready,
        state: startedAt === undefined ? {} : { running: { startedAt } },
      })),
    },
  };
}

const before = '2026-06-01T11:59:59Z';
const after = '2026-06-01T12:00:00Z'; // the API omits the fraction

test.each([
  ['that has started since and is ready', pod([[true, after]]), true],
  ['that has started since and is not ready', pod([[false, after]]), false],
  ['with a status from before', pod([[true, before]]), false],
  [
    'with one of two containers from before',
    pod([
      [true, after],
      [true, before],
    ]),
    false,
  ],
  ['with a waiting container', pod([[false]]), false],
  ['without a status', pod([]), false],
  ['that has ended', pod([[false]], { phase: 'Succeeded' }), true],
  ['that is being deleted', pod([[true, before]], { deletionTimestamp: before }), true],
  ['that is not scheduled', pod([], { phase: 'Pending', nodeName: '' }), true],
])('whether a pod has restarted: a pod %s', (_, given, expected) => {
  expect(hasRestarted(given, since)).toBe(expected);
});

describe('untilPodsRestarted', () => {
  const wait = (server: FakeCollection, signal = new AbortController().signal): Promise<void> => {
    const client = new KubeClient(server, { userAgent: 'test' });
    return untilPodsRestarted(client, new RecordingLogger(), since, signal);
  };

  test('resolves at once without pods', async () => {
    await expect(wait(new FakeCollection())).resolves.toBeUndefined();
  });

  test('resolves when the last pod has restarted, and ends its watch', async () => {
    const server = new FakeCollection();
    server.put(pod([[true, before]]));
    const waiting = wait(server);
    await waitFor('the watch is open', () => server.watchCount === 1);
    server.put(pod([[true, after]]));
    await waiting;
    expect(server.watchCount).toBe(0);
  });

  test('rejects when it is aborted', async () => {
    const server = new FakeCollection();
    server.put(pod([[true, before]]));
    await expect(wait(server, AbortSignal.timeout(50))).rejects.toThrow('timeout');
    expect(server.watchCount).toBe(0);
  });
});
