import type { Kubectl } from './kubectl.ts';

/** The fields of an event that a user reads. */
export interface NetworkEvent {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

/** Returns the events of a BitcoinNetwork as `kubectl get events` lists them, oldest first. */
export async function networkEvents(kubectl: Kubectl, network: string): Promise<NetworkEvent[]> {
  const { items } = await kubectl.get<{
    items: (NetworkEvent & { eventTime: string | null })[];
  }>(
    'events',
    '--field-selector',
    `involvedObject.kind=BitcoinNetwork,involvedObject.name=${network}`,
  );
  return items
    .sort((a, b) => (a.eventTime ?? '').localeCompare(b.eventTime ?? ''))
    .map(({ type, reason, message }) => ({ type, reason, message }));
}
