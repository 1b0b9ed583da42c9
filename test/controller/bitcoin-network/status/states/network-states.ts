import { ApiError } from '../../../../../kube/api/errors.ts';
import { peers, unanswered } from '../../../builders.ts';
import { podWith, type State } from './state.ts';

const forbidden = new ApiError('PATCH /x', 403, {
  reason: 'Forbidden',
  message: 'services "alice-svc" is forbidden: exceeded quota',
});

/** Problems of the objects, of a rollout and of RPC. */
export const networkStates: readonly State[] = [
  ...(
    [
      ['ObjectExists', 'already exists and is not owned by this network', true],
      ['PredecessorTerminating', 'of a deleted network with the same name', false],
      ['InvalidSpec', 'spec.nodes must be', true],
      ['NamespaceTerminating', 'the namespace is being deleted', false],
    ] as const
  ).map(([reason, message, terminal]): State => ({
    title: `objects that are not applied: ${reason}`,
    observations: { objects: { failure: { reason, message, terminal } } },
    condition: `Ready=False ${reason}`,
    ...(terminal && { stalled: 'at once' }),
    message,
    row: message,
  })),
  {
    title: 'objects that the API server rejects',
    observations: { objects: undefined, errors: new Map([['objects', forbidden]]) },
    condition: 'Ready=False ApplyFailed',
    stalled: 'after 5 minutes',
    message: forbidden.message,
    row: 'is forbidden',
  },
  {
    title: 'objects that admission changes',
    observations: {
      objects: { failure: undefined, overridden: ['StatefulSet alice-sts: spec.template'] },
    },
    condition: 'ObjectsApplied=False OverriddenByAdmission',
    message:
      'admission or the API server changes what the controller applies: StatefulSet alice-sts: ' +
      'spec.template',
    row: 'admission or the API server changes what the controller applies',
  },
  {
    title: 'a rollout that waits for a node',
    pod: podWith({}),
    observations: {
      rollout: { updatePartition: 2, waitingFor: 'alice-sts-2 is not ready', isBlocked: false },
    },
    condition: 'Ready=False RollingOut',
    message: 'updated 2 of 3 nodes; alice-sts-2 is not ready',
    row: 'updated 2 of 3 nodes',
  },
  {
    title: 'a rollout that would lose the last copy of a chain',
    pod: podWith({}),
    observations: {
      rollout: {
        updatePartition: 3,
        waitingFor: 'alice-sts-2 has the only copy of the chain: repair the other nodes',
        isBlocked: true,
      },
    },
    condition: 'Ready=False RollingOut',
    stalled: 'at once',
    message:
      'updated 2 of 3 nodes; alice-sts-2 has the only copy of the chain: repair the other nodes',
    row: 'the only copy of the chain',
  },
  {
    title: 'a ready node that does not respond during a rollout',
    pod: podWith({}),
    observations: {
      rollout: {
        updatePartition: 3,
        waitingFor:
          'alice-sts-2 does not respond to RPC and may have blocks that no other node has',
        isBlocked: true,
      },
    },
    condition: 'Ready=False RollingOut',
    stalled: 'at once',
    message:
      'updated 2 of 3 nodes; alice-sts-2 does not respond to RPC and may have blocks that no other node has',
    row: 'and may have blocks that no other node has',
  },
  {
    title: 'a rollout that fails',
    pod: podWith({}),
    observations: { isRolling: true, errors: new Map([['rollout', new Error('no chain')]]) },
    condition: 'Ready=False RollingOut',
    message: 'updated 2 of 3 nodes; cannot continue: no chain',
    row: 'cannot continue',
  },
  {
    title: 'links that are down',
    observations: { answer: { peers: peers(3, { down: ['alice-sts-0 - alice-sts-1'] }) } },
    condition: 'PeersConnected=False LinksDown',
    message: '1 planned link down: alice-sts-0 - alice-sts-1',
    row: 'planned link down',
  },
  {
    title: 'nodes that reject the RPC credentials',
    observations: {
      answer: {
        peers: peers(3, { failures: new Map([['0', unanswered('unauthorized', '401').error]]) }),
      },
    },
    condition: 'PeersConnected=False RpcUnauthorized',
    message:
      "401: the nodes reject the controller's RPC credentials; restart them: " +
      'kubectl rollout restart statefulset alice-sts',
    row: "the nodes reject the controller's RPC credentials",
  },
  {
    title: 'nodes that do not respond to RPC',
    observations: {
      answer: {
        peers: peers(3, { failures: new Map([['0', unanswered('timeout', 'no answer').error]]) }),
      },
    },
    condition: 'PeersConnected=Unknown RpcUnreachable',
    message: '1 ready node did not respond to RPC; no answer',
    row: 'did not respond to RPC',
  },
];
