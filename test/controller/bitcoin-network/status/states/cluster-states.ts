import {
  counted,
  crashed,
  failing,
  notReady,
  ofNode,
  podWith,
  refused,
  since,
  waiting,
  waitingFor,
  type State,
} from './state.ts';

/** Problems of a pod that the cluster reports. */
export const clusterStates: readonly State[] = [
  {
    title: 'a container that exceeds its memory limit',
    pod: crashed(137, 'OOMKilled', 'UpdateTip: height=5'),
    condition: failing,
    stalled: 'after 5 minutes',
    message: ofNode('OOMKilled (raise spec.resources.limits.memory)'),
    row: 'OOMKilled',
  },
  {
    title: 'a pod that exceeds its storage limit',
    pod: podWith({
      phase: 'Failed',
      reason: 'Evicted',
      message: 'Pod ephemeral local storage usage exceeds the total limit of containers 12Mi.',
    }),
    condition: failing,
    stalled: 'after 5 minutes',
    message: ofNode(
      'Evicted: Pod ephemeral local storage usage exceeds the total limit of containers 12Mi. ' +
        '(raise spec.resources.limits.ephemeral-storage)',
    ),
    row: 'Evicted',
  },
  {
    title: 'a Kubernetes node that shuts down',
    pod: podWith({ phase: 'Failed', reason: 'NodeShutdown', message: 'imminent node shutdown' }),
    condition: failing,
    stalled: 'after 5 minutes',
    message: ofNode('NodeShutdown: imminent node shutdown'),
    row: 'NodeShutdown',
  },
  {
    title: 'a Kubernetes node that is lost',
    pod: podWith({ reason: 'NodeLost', message: 'Node worker-1 is unresponsive' }),
    condition: failing,
    stalled: 'after 5 minutes',
    message: ofNode('NodeLost: Node worker-1 is unresponsive'),
    row: 'NodeLost',
  },
  {
    title: 'a pod that fits on no Kubernetes node',
    pod: podWith({
      conditions: [{ ...notReady, type: 'PodScheduled', message: '3 Insufficient cpu.' }],
    }),
    condition: failing,
    stalled: 'after 5 minutes',
    message: ofNode(
      'Unschedulable: 3 Insufficient cpu. ' +
        '(lower spec.resources.requests, or add resources to the cluster)',
    ),
    row: 'Unschedulable',
  },
  {
    title: 'a Secret that does not exist',
    pod: waitingFor('CreateContainerConfigError', 'secret "login" not found'),
    condition: failing,
    stalled: 'after 5 minutes',
    message: ofNode(
      'CreateContainerConfigError: secret "login" not found ' +
        '(create the Secret or the key, or correct spec.secret)',
    ),
    row: 'CreateContainerConfigError',
  },
  {
    title: 'a registry that limits requests',
    pod: waitingFor('ErrImagePull', '429 Too Many Requests'),
    condition: failing,
    stalled: 'after 5 minutes',
    message: ofNode(
      'ErrImagePull: 429 Too Many Requests ' +
        '(wait, or log in to the registry with spec.imagePullSecrets)',
    ),
    row: '429 Too Many Requests',
  },
  {
    title: 'an image that does not exist',
    pod: waitingFor('ImagePullBackOff', 'not found'),
    condition: failing,
    stalled: 'after 5 minutes',
    message: ofNode('ImagePullBackOff: not found (correct spec.image)'),
    row: 'ImagePullBackOff',
  },
  {
    title: 'an image name that cannot be parsed',
    pod: waitingFor('InvalidImageName', 'invalid reference format'),
    condition: failing,
    stalled: 'at once',
    message: ofNode('InvalidImageName: invalid reference format (correct spec.image)'),
    row: 'InvalidImageName',
  },
  {
    title: 'a pod that stops',
    pod: podWith(
      {},
      { deletionTimestamp: '2026-01-01T13:00:00Z', deletionGracePeriodSeconds: 3_600 },
    ),
    condition: waiting,
    message: ofNode(
      'terminating since 2026-01-01T12:00:00Z on Kubernetes node worker-1, ' +
        'until 2026-01-01T13:00:00Z',
    ),
    row: 'terminating since',
  },
  {
    title: 'a pod that hangs because its Kubernetes node is silent',
    pod: podWith({}, { deletionTimestamp: since, deletionGracePeriodSeconds: 600 }),
    condition: failing,
    stalled: 'after 5 minutes',
    message: ofNode(
      'terminating since 2026-01-01T11:50:00Z on Kubernetes node worker-1; its Kubernetes node ' +
        'does not confirm that it stopped; if that machine is gone, run ' +
        'kubectl delete pod alice-sts-2 --force --grace-period=0',
    ),
    row: 'does not confirm that it stopped',
  },
  {
    title: 'a pod that hangs because of a finalizer',
    pod: podWith({}, { deletionTimestamp: since, finalizers: ['example.com/hold'] }),
    condition: failing,
    stalled: 'after 5 minutes',
    message: ofNode(
      'terminating since 2026-01-01T12:00:00Z on Kubernetes node worker-1; finalizers keep it: ' +
        'example.com/hold; if their owner is gone, run kubectl patch pod alice-sts-2 ' +
        `--type=merge -p '{"metadata":{"finalizers":null}}'`,
    ),
    row: 'finalizers keep it',
  },
  {
    title: 'a pod that does not exist yet',
    pod: 'missing',
    condition: waiting,
    message: counted('1 pod does not exist yet; see kubectl describe statefulset alice-sts'),
    row: 'does not exist yet',
  },
  ...[
    ['exceeded quota', 'exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2'],
    ['violates PodSecurity', 'violates PodSecurity "restricted:latest": runAsNonRoot != true'],
    ['maximum memory usage', 'maximum memory usage per Container is 64Mi, but limit is 128Mi'],
  ].map(([row, message]): State => ({
    title: `a pod that the API server refuses: ${row!}`,
    pod: 'missing',
    observations: refused(`pods "alice-sts-2" is forbidden: ${message!}`),
    condition: waiting,
    stalled: 'after 5 minutes',
    message: counted(`1 pod does not exist: pods "alice-sts-2" is forbidden: ${message!}`),
    row: row!,
  })),
];
