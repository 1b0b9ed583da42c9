import { runsAgain, type StartedPod } from '../../playground/pod-restart.ts';

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
const after = '2026-06-01T12:00:00Z'; // the API cuts off the fraction

test.each([
  ['started since and ready', pod([[true, after]]), true],
  ['started since, not ready', pod([[false, after]]), false],
  ['a status from before', pod([[true, before]]), false],
  [
    'one of two from before',
    pod([
      [true, after],
      [true, before],
    ]),
    false,
  ],
  ['waiting', pod([[false]]), false],
  ['no status yet', pod([]), false],
  ['ended', pod([[false]], { phase: 'Succeeded' }), true],
  ['being deleted', pod([[true, before]], { deletionTimestamp: before }), true],
  ['on no node', pod([], { phase: 'Pending', nodeName: '' }), true],
])('%s', (_, given, expected) => {
  expect(runsAgain(given, since)).toBe(expected);
});
