import type { Kubectl } from './kubectl.ts';

/** An event as a user reads it. */
export interface EventSeen {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

/** The events of a network, as `kubectl get events` has them, oldest first. */
export async function networkEvents(kubectl: Kubectl, network: string): Promise<EventSeen[]> {
  const { items } = await kubectl.get<{
    items: (EventSeen & { eventTime: string | null })[];
  }>(
    'events',
    '--field-selector',
    `involvedObject.kind=BitcoinNetwork,involvedObject.name=${network}`,
  );
  return items
    .sort((a, b) => (a.eventTime ?? '').localeCompare(b.eventTime ?? ''))
    .map(({ type, reason, message }) => ({ type, reason, message }));
}
