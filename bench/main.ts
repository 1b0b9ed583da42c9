import { cpus } from 'node:os';
import { loadAverage } from './figures.ts';

/** The benches by name, in their order of execution. */
const benches: Readonly<Record<string, () => Promise<unknown>>> = {
  edits: async () => (await import('./edits.ts')).edits(),
  creation: async () => (await import('./creation.ts')).creation(),
  start: async () => (await import('./start.ts')).start(),
  quiet: async () => (await import('./quiet.ts')).quiet(),
  tenants: async () => (await import('./tenants.ts')).tenants(),
  metrics: async () => (await import('./metrics.ts')).metrics(),
  links: async () => (await import('./links.ts')).links(),
};

const usage = `usage: npm run bench [-- NAME...]

Measures the controller on a playground of its own and prints the figures,
which docs/performance.md explains. NAME: ${Object.keys(benches).join(', ')}`;

const names = process.argv.slice(2);
if (names.some((name) => !(name in benches))) {
  console.error(usage);
  process.exit(2);
}
const [cpu] = cpus();
console.log(
  `${cpus().length} x ${cpu?.model ?? 'unknown'}, node ${process.version}, load ${loadAverage()}`,
);
for (const name of names.length > 0 ? names : Object.keys(benches)) await benches[name]!();
