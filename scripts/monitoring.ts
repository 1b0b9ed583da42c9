/**
 * Generates docs/monitoring/ from constructs/monitoring/: the alerts as a file of rules, and the
 * dashboard, for a Prometheus and a Grafana that no operator configures.
 *
 *   node scripts/monitoring.ts          writes the files
 *   node scripts/monitoring.ts --check  exits with code 1 if a file is stale
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { stringify } from 'yaml';
import { dashboard } from '../constructs/monitoring/dashboard/dashboard.ts';
import { alertRules } from '../constructs/monitoring/rules.ts';

const folder = join(import.meta.dirname, '..', 'docs', 'monitoring');
const header = '# Generated from constructs/monitoring/ by npm run monitoring. Do not edit.\n';

const sources = {
  'alerts.yaml': header + stringify(alertRules(), { lineWidth: 0 }),
  'dashboard.json': JSON.stringify(dashboard()),
};

mkdirSync(folder, { recursive: true });
for (const [file, source] of Object.entries(sources)) {
  const path = join(folder, file);
  const text = await format(source, { ...(await resolveConfig(path)), filepath: path });
  if (!process.argv.includes('--check')) {
    writeFileSync(path, text);
  } else if (!existsSync(path) || readFileSync(path, 'utf8') !== text) {
    console.error(`docs/monitoring/${file} is stale: run npm run monitoring and commit the result`);
    process.exitCode = 1;
  }
}
