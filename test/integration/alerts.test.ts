import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { alerts, type Alert, type AlertName } from '../../constructs/monitoring/alerts.ts';
import { checkout } from '../framework/checkout.ts';
import { buildPrometheus, prometheusBuildLimit } from '../framework/prometheus.ts';
import { firingCases, quietCases, type InputSeries } from './alert-cases.ts';

/** The rules of alerts, checked and evaluated by promtool. No test needs a cluster. */

const rules = join(checkout, 'docs/monitoring/alerts.yaml');
let promtool: string;
let folder: string;

beforeAll(async () => {
  ({ promtool } = await buildPrometheus());
  folder = await mkdtemp(join(tmpdir(), 'alerts-'));
}, prometheusBuildLimit);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** An alert that is expected at a time. */
interface Expected {
  readonly exp_labels: Readonly<Record<string, string>>;
  readonly exp_annotations: Readonly<Record<string, string>>;
}

/** Evaluates the rules for series, and compares one alert at given minutes. */
async function expectAlert(
  alertname: AlertName,
  series: InputSeries,
  minutes: ReadonlyMap<number, readonly Expected[]>,
): Promise<void> {
  const test = {
    interval: '1m',
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    alert_rule_test: [...minutes].map(([minute, expected]) => ({
      ...{ alertname, eval_time: `${minute}m`, exp_alerts: expected },
    })),
  };
  const file = join(folder, 'test.yaml');
  const tests = { rule_files: [rules], evaluation_interval: '1m', tests: [test] };
  // JSON is YAML.
  await writeFile(file, JSON.stringify(tests));
  const { stdout, stderr } = await execa(promtool, ['test', 'rules', file], { reject: false });
  expect(`${stdout}\n${stderr}`).toContain('SUCCESS');
}

test('promtool finds no error and no doubtful expression in the rules', async () => {
  const flags = ['--lint=all', '--lint-fatal'];
  const { stdout } = await execa(promtool, ['check', 'rules', ...flags, rules]);
  expect(stdout).toContain(`SUCCESS: ${Object.keys(alerts).length} rules found`);
}, 30_000);

test('each alert has a case in which it fires, and one in which it does not', () => {
  const names = Object.keys(alerts).sort();
  for (const cases of [firingCases, quietCases]) {
    expect([...new Set(cases.map(({ alert }) => alert))].sort()).toEqual(names);
  }
});

test.each(firingCases)(
  '$alert fires if $title',
  async ({ alert, series, minute, labels, summary, description }) => {
    const { severity } = alerts[alert] as Alert;
    const expected = {
      exp_labels: { ...labels, severity },
      exp_annotations: { summary, description, runbook_url: `docs/runbooks/${alert}.md` },
    };
    const minutes = new Map([
      [minute - 1, []],
      [minute, [expected]],
    ]);
    await expectAlert(alert, series, minutes);
  },
  30_000,
);

test.each(quietCases)(
  '$alert does not fire if $title',
  async ({ alert, series }) => {
    const minutes = Array.from({ length: 120 }, (_, minute) => [minute, []] as const);
    await expectAlert(alert, series, new Map(minutes));
  },
  30_000,
);

test('a test of a rule fails if the alert does not fire', async () => {
  const expected = [{ exp_labels: { severity: 'warning' }, exp_annotations: {} }];
  const minutes = new Map([[10, expected]]);
  await expect(expectAlert('BitcoinNetworkStalled', {}, minutes)).rejects.toThrow('FAILED');
}, 30_000);
