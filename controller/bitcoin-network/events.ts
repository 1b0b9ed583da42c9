import type { NetworkEvent } from './event-reasons.ts';
import type { Phase } from './phase.ts';
import type { Scope } from './scope.ts';

/** Records an event on the network and logs it. */
export function recordEvent(scope: Scope, phase: Phase, event: NetworkEvent): void {
  const { network, key, recorder, log } = scope;
  log.info({ network: key, phase, reason: event.reason }, event.note);
  recorder.record(network, { ...event, action: 'Reconcile' });
}
