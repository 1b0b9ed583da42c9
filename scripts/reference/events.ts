import { eventTable } from '../../controller/bitcoin-network/event-reasons.ts';
import { code, page, table } from './markdown.ts';

/** Renders the page of events. */
export function eventsPage(): string {
  const rows = Object.entries(eventTable).map(([reason, { types, meaning }]) => [
    code(reason),
    types.join(', '),
    meaning,
  ]);
  return page(
    '# Events',
    'The controller records events on a BitcoinNetwork. `kubectl describe bitcoinnetwork alice` shows them.',
    table(['reason', 'type', 'meaning'], rows),
  );
}
