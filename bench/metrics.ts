import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../playground/control-plane/port.ts';
import { Cluster } from '../test/framework/cluster.ts';
import { measureEdits } from './edit-times.ts';
import {
  formatNumber,
  loadAverage,
  printFigure,
  printTitle,
  quantile,
  summary,
} from './figures.ts';
import { createIdleNetworks, type IdleNetworks } from './idle-networks.ts';

const size = 1_000;
/** Runs with metrics, and as many without, in turns. */
const rounds = 3;
/** Duration of the edits of one run in milliseconds. */
const duration = 45_000;
/** The mean number of milliseconds between two edits. */
const interval = 100;
/** Milliseconds between two scrapes. */
const scrapeInterval = 10_000;

interface Figures {
  readonly memory: number[];
  readonly peak: number[];
  readonly cpu: number[];
  readonly p50: number[];
  readonly p99: number[];
}

/** Measures what metrics cost: memory, CPU time, and the time of edits. */
export async function metrics(): Promise<void> {
  printTitle(
    'cost of metrics',
    `${size} networks without nodes; ${rounds} starts of the controller without metrics and with ` +
      `metrics that are scraped every ${scrapeInterval / 1000} s, in turns; edits as in the ` +
      `benchmark edits for ${duration / 1000} s, then the resident set size (10^6 bytes)`,
  );
  await Cluster.use(async (cluster) => {
    const idle = await createIdleNetworks(cluster, size);
    const off = noFigures();
    const on = noFigures();
    const scrapes: number[] = [];
    for (let round = 0; round < rounds; round++) {
      await measure(cluster, idle, off);
      await measure(cluster, idle, on, scrapes);
    }
    await idle.stop();
    print('without metrics', off);
    print('with metrics', on);
    printFigure('time of a scrape', `${summary(scrapes, 'ms')}; load ${loadAverage()}`);
  });
}

function noFigures(): Figures {
  return { memory: [], peak: [], cpu: [], p50: [], p99: [] };
}

/** @param scrapes receives the milliseconds of each scrape; without it, metrics are off */
async function measure(
  cluster: Cluster,
  { names, informers }: IdleNetworks,
  figures: Figures,
  scrapes?: number[],
): Promise<void> {
  const port = await freePort(0);
  const flags = scrapes ? ['--metrics-port', String(port)] : [];
  const controller = await cluster.startController({ flags });
  await controller.waitUntilIdle();
  const stop = new AbortController();
  const scraping = scrapes && scrapeUntil(stop.signal, port, scrapes);
  const cpu = controller.cpuSeconds();
  const { applied } = await measureEdits(cluster.client, names, {
    ...informers,
    ...{ duration, interval },
  });
  figures.cpu.push(controller.cpuSeconds() - cpu);
  const { now, peak } = controller.memory();
  figures.memory.push(now);
  figures.peak.push(peak);
  figures.p50.push(quantile(applied, 0.5));
  figures.p99.push(quantile(applied, 0.99));
  printFigure(
    `run ${scrapes ? 'with' : 'without'} metrics`,
    `${formatNumber(now)} MB, p50 ${formatNumber(figures.p50.at(-1)!)} ms, ` +
      `p99 ${formatNumber(figures.p99.at(-1)!)} ms, load ${loadAverage()}`,
  );
  stop.abort();
  await scraping;
  await controller.stop();
}

async function scrapeUntil(signal: AbortSignal, port: number, times: number[]): Promise<void> {
  while (!signal.aborted) {
    const start = performance.now();
    const response = await fetch(`http://127.0.0.1:${port}/metrics`);
    const bytes = (await response.text()).length;
    if (!response.ok || bytes < 1_000) throw new Error(`a scrape failed: ${response.status}`);
    times.push(performance.now() - start);
    await sleep(scrapeInterval, undefined, { signal }).catch(() => undefined);
  }
}

function print(title: string, { memory, peak, cpu, p50, p99 }: Figures): void {
  printFigure(`${title}, memory`, `${summary(memory, 'MB')}; peak ${summary(peak, 'MB')}`);
  printFigure(`${title}, CPU time`, summary(cpu, 's'));
  const all = p99.map(formatNumber).join(', ');
  printFigure(`${title}, edits`, `p50 ${summary(p50, 'ms')}; p99 ${summary(p99, 'ms')} (${all})`);
}
