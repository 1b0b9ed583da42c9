import type { Phase } from './phase.ts';
import type { EventReason } from './reasons.ts';
import type { Scope } from './scope.ts';

/** An event on a BitcoinNetwork. */
export interface NetworkEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: EventReason;
  /** A description for users of what happened or happens next. */
  readonly note: string;
}

/** Records an event on the network and logs it. */
export function recordEvent(scope: Scope, phase: Phase, event: NetworkEvent): void {
  const { network, key, recorder, log } = scope;
  log.info({ network: key, phase, reason: event.reason }, event.note);
  recorder.record(network, { ...event, action: 'Reconcile' });
}
