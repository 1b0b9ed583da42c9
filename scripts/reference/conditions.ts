import { conditionTable, type ConditionEntry } from '../../controller/bitcoin-network/reasons.ts';
import { code, page, table } from './markdown.ts';

/** Renders the page of conditions. */
export function conditionsPage(): string {
  return page(
    '# Conditions',
    '`status.conditions` of a BitcoinNetwork has one condition of each type below. [Troubleshooting](../troubleshooting.md) explains the messages. To wait for a condition, run `kubectl wait`:',
    '```sh\nkubectl wait --for=condition=Ready bitcoinnetwork/alice\n```',
    'Ready, Reconciling and Stalled follow the kstatus conventions, so GitOps tools can wait for a network without further configuration.',
    ...Object.entries(conditionTable).flatMap(([type, entry]) => section(type, entry)),
  );
}

function section(type: string, { meaning, reasons }: ConditionEntry): string[] {
  const entries = Object.entries(reasons);
  const hasStalled = entries.some(([, { stalled }]) => stalled !== undefined) && type === 'Ready';
  const rows = entries.map(([reason, entry]) => [
    code(reason),
    entry.status,
    entry.meaning,
    ...(hasStalled ? [entry.stalled ?? 'never'] : []),
  ]);
  const header = ['reason', 'status', 'meaning', ...(hasStalled ? ['Stalled is True'] : [])];
  return [`## ${type}`, `True means: ${meaning}`, table(header, rows)];
}
