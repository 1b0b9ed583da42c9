import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa, type ResultPromise } from 'execa';
import { stringify } from 'yaml';
import { freePort } from '../../playground/control-plane/port.ts';
import { buildGoTools, type GoTool } from '../programs/go-tools.ts';
import { eventually } from './eventually.ts';

/** Time limit in ms for a hook that calls {@link buildPrometheus} with an empty cache. */
export const prometheusBuildLimit = 1_800_000;

/** The paths of Prometheus and of its tool for rules. */
export interface PrometheusPrograms {
  readonly prometheus: string;
  readonly promtool: string;
}

/** Builds the programs of the Go module test/programs/prometheus, or finds them in the cache. */
export async function buildPrometheus(): Promise<PrometheusPrograms> {
  const tool = (name: string): GoTool => ({
    package: `github.com/prometheus/prometheus/cmd/${name}`,
    // The clients of clouds and clusters that find targets are a large part of the programs.
    tags: ['remove_all_sd'],
  });
  const tools = { prometheus: tool('prometheus'), promtool: tool('promtool') };
  const bin = await buildGoTools('prometheus', tools);
  return { prometheus: join(bin, 'prometheus'), promtool: join(bin, 'promtool') };
}

/** What a {@link Prometheus} scrapes and evaluates. */
export interface PrometheusOptions {
  readonly program: string;
  /** The address of /metrics. */
  readonly target: string;
  /** The contents of a file of rules. */
  readonly rules: object;
}

/** A series of the result of a query. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A Prometheus that scrapes one target and evaluates rules every second. */
export class Prometheus {
  readonly #process: ResultPromise;
  readonly #folder: string;
  readonly #url: string;

  private constructor(process: ResultPromise, folder: string, url: string) {
    this.#process = process;
    this.#folder = folder;
    this.#url = url;
  }

  /** Starts it, and waits until it responds. */
  static async start({ program, target, rules }: PrometheusOptions): Promise<Prometheus> {
    const folder = await mkdtemp(join(tmpdir(), 'prometheus-'));
    const address = `127.0.0.1:${await freePort(0)}`;
    const config = {
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: ['rules.yaml'],
      scrape_configs: [
        {
          job_name: 'bitcoin-controller',
          honor_labels: true,
          static_configs: [{ targets: [target] }],
        },
      ],
    };
    await writeFile(join(folder, 'rules.yaml'), stringify(rules));
    await writeFile(join(folder, 'prometheus.yaml'), stringify(config));
    const flags = [
      `--config.file=${join(folder, 'prometheus.yaml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
      '--log.level=warn',
    ];
    const process = execa(program, flags, { cwd: folder, reject: false, all: true });
    const prometheus = new Prometheus(process, folder, `http://${address}`);
    try {
      await eventually(30, () => prometheus.#get('/api/v1/status/runtimeinfo'));
    } catch (error) {
      await prometheus.stop();
      throw new Error(`Prometheus did not start: ${(await process).all}`, { cause: error });
    }
    return prometheus;
  }

  /** Returns the current values of a PromQL expression. */
  async query(expression: string): Promise<Sample[]> {
    const path = `/api/v1/query?query=${encodeURIComponent(expression)}`;
    const { result } = (await this.#get(path)) as {
      result: { metric: Record<string, string>; value: [number, string] }[];
    };
    return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
  }

  /** Returns each alert with the state of its rule, and the error of its last evaluation. */
  async alerts(): Promise<{ name: string; state: string; health: string; lastError?: string }[]> {
    const { groups } = (await this.#get('/api/v1/rules?type=alert')) as {
      groups: { rules: { name: string; state: string; health: string; lastError?: string }[] }[];
    };
    return groups.flatMap(({ rules }) => rules);
  }

  async stop(): Promise<void> {
    this.#process.kill();
    await this.#process;
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #get(path: string): Promise<unknown> {
    const response = await fetch(`${this.#url}${path}`);
    const body = (await response.json()) as { status: string; error?: string; data: unknown };
    if (body.status !== 'success') throw new Error(`${path}: ${body.error}`);
    return body.data;
  }
}
