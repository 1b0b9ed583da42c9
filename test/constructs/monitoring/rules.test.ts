import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { alerts, type Alert } from '../../../constructs/monitoring/alerts.ts';
import { metrics } from '../../../constructs/monitoring/names.ts';
import { alertRules } from '../../../constructs/monitoring/rules.ts';
import { checkout } from '../../framework/checkout.ts';

const names = Object.keys(alerts).sort();
const runbooks = join(checkout, 'docs/runbooks');
const rules = alertRules().groups.flatMap((group) => group.rules);

test('each alert is a rule of one group', () => {
  expect(rules.map(({ alert }) => alert).sort()).toEqual(names);
});

test('each alert has a runbook, and each runbook an alert', () => {
  const pages = readdirSync(runbooks).filter((file) => file !== 'README.md');
  expect(pages.sort()).toEqual(names.map((name) => `${name}.md`));
});

test.each(names)('the runbook of %s has its title and the sections of a runbook', (name) => {
  const lines = readFileSync(join(runbooks, `${name}.md`), 'utf8').split('\n');
  expect(lines.filter((line) => line.startsWith('#'))).toEqual([
    `# ${name}`,
    '## Meaning',
    '## Diagnosis',
    '## Actions',
  ]);
});

/** Returns the anchors of the headings of a page. */
function anchorsOf(page: string): string[] {
  const headings = readFileSync(page, 'utf8').match(/^#+ .*$/gm) ?? [];
  return headings.map((heading) =>
    heading
      .replace(/^#+ /, '')
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
}

test('links of runbooks lead to headings of existing pages', () => {
  const links = readdirSync(runbooks).flatMap((file) => {
    const text = readFileSync(join(runbooks, file), 'utf8');
    return [...text.matchAll(/\]\(([^)#]+)(?:#([^)]+))?\)/g)].map(([, page, anchor]) => ({
      page: page!,
      anchor,
    }));
  });
  const broken = links.filter(({ page, anchor }) => {
    const path = join(runbooks, page);
    return !existsSync(path) || (anchor !== undefined && !anchorsOf(path).includes(anchor));
  });
  expect(links.length).toBeGreaterThan(names.length);
  expect(broken).toEqual([]);
});

test('the list of runbooks has each alert with its severity', () => {
  const list = readFileSync(join(runbooks, 'README.md'), 'utf8');
  for (const [name, { severity }] of Object.entries<Alert>(alerts)) {
    const row = list.split('\n').find((line) => line.includes(`[${name}](${name}.md)`));
    expect([name, row]).toEqual([name, expect.stringMatching(new RegExp(`\\| ${severity} +\\|`))]);
  }
});

test('the rule names the page in the repository, or below a given URL', () => {
  const urls = (base?: string) =>
    alertRules(base).groups[0]!.rules.map(({ annotations }) => annotations.runbook_url);
  expect(urls()[0]).toBe('docs/runbooks/BitcoinControllerDown.md');
  for (const base of ['https://wiki.example/runbooks', 'https://wiki.example/runbooks/']) {
    expect(urls(base)[0]).toBe('https://wiki.example/runbooks/BitcoinControllerDown.md');
  }
});

test.each(rules.map((rule) => [rule.alert, rule] as const))(
  '%s reads metrics of the controller only',
  (_name, { expr }) => {
    const words = expr.replace(/"[^"]*"/g, '').match(/\b[a-z]+(_[a-z]+)+\b/g) ?? [];
    const functions = ['histogram_quantile'];
    const unknown = words.filter((word) => {
      const metric = word.replace(/_(bucket|count)$/, '');
      return !(word in metrics) && !(metric in metrics) && !functions.includes(word);
    });
    expect(words.length).toBeGreaterThan(0);
    expect(unknown).toEqual([]);
  },
);
