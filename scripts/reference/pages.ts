import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { bitcoinNetworkPage } from './bitcoin-network.ts';
import { conditionsPage } from './conditions.ts';
import { eventsPage } from './events.ts';
import { readExamples } from './examples.ts';
import { labelsAndAnnotationsPage } from './labels-and-annotations.ts';
import { metricsPage } from './metrics.ts';

/** Returns the generated pages of docs/reference/ by file name. */
export async function referencePages(): Promise<ReadonlyMap<string, string>> {
  const pages = {
    'bitcoinnetwork.md': ['crds/', bitcoinNetworkPage(readExamples())],
    'conditions.md': ['controller/bitcoin-network/reasons.ts', conditionsPage()],
    'events.md': ['controller/bitcoin-network/event-reasons.ts', eventsPage()],
    'labels-and-annotations.md': [
      'scripts/reference/metadata-entries.ts',
      labelsAndAnnotationsPage(),
    ],
    'metrics.md': ['constructs/monitoring/names.ts', metricsPage()],
  } as const;
  const config = await resolveConfig(join(import.meta.dirname, 'page.md'));
  const formatted = Object.entries(pages).map(async ([name, [source, content]]) => {
    const banner = `<!-- Generated from ${source} by npm run reference. Do not edit. -->\n\n`;
    const options = { ...config, parser: 'markdown', proseWrap: 'always' } as const;
    return [name, await format(banner + content, options)] as const;
  });
  return new Map(await Promise.all(formatted));
}
