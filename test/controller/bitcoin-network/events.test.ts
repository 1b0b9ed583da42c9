import { recordEvent } from '../../../controller/bitcoin-network/events.ts';
import { dependencies, network, scope } from '../builders.ts';

test('recordEvent records the event on the network, with the action Reconcile', () => {
  const recorded: unknown[] = [];
  const recorder = { record: (...event: unknown[]) => recorded.push(event) };
  const resource = network();
  const { server } = dependencies();
  recordEvent(scope(resource, { ...dependencies(server), recorder }), 'objects', {
    type: 'Warning',
    reason: 'Stalled',
    note: 'the namespace is being deleted',
  });
  expect(recorded).toEqual([
    [
      resource,
      {
        type: 'Warning',
        reason: 'Stalled',
        note: 'the namespace is being deleted',
        action: 'Reconcile',
      },
    ],
  ]);
});

test('recordEvent logs the event with the network and the phase', () => {
  const collaborators = dependencies();
  recordEvent(scope(network(), collaborators), 'rollout', {
    type: 'Normal',
    reason: 'RollingUpdate',
    note: 'replacing alice-sts-2',
  });
  expect(collaborators.log.entries).toEqual([
    {
      level: 'info',
      fields: { network: 'lab/alice', phase: 'rollout', reason: 'RollingUpdate' },
      message: 'replacing alice-sts-2',
    },
  ]);
});
