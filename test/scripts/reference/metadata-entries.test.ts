import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { execaSync } from 'execa';
import { parseAllDocuments } from 'yaml';
import * as labels from '../../../constructs/bitcoin-network/labels.ts';
import { BitcoinNetwork, ControllerInstall } from '../../../constructs/index.ts';
import { annotationEntries, labelEntries } from '../../../scripts/reference/metadata-entries.ts';
import { live } from '../../constructs/bitcoin-network/builders.ts';
import { checkout } from '../../framework/checkout.ts';

const entries = [...labelEntries, ...annotationEntries];
const names = new Set(entries.map(({ name }) => name));

/** Returns the names and values of all labels and annotations in a manifest, with duplicates. */
function* metadataIn(value: unknown): Generator<[name: string, value: string]> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    const isMetadata = ['labels', 'annotations', 'matchLabels'].includes(key);
    if (isMetadata) yield* Object.entries(child as Record<string, string>);
    else yield* metadataIn(child);
  }
}

function render(add: (chart: Chart) => void): [string, string][] {
  const chart = new Chart(new App(), 'test');
  add(chart);
  return [...metadataIn(chart.toJson())];
}

const ofNetwork = render((chart) => new BitcoinNetwork(chart, 'name', { nodes: 1, live }));
const ofInstall = render((chart) => {
  new ControllerInstall(chart, 'all');
  new ControllerInstall(chart, 'one', { namespace: 'team-a' });
});
const ofDist = ['controller.yaml', 'crd.yaml'].flatMap((file) =>
  parseAllDocuments(readFileSync(join(checkout, 'dist', file), 'utf8')).flatMap((document) => [
    ...metadataIn(document.toJS()),
  ]),
);

test.each([
  ['networks', ofNetwork],
  ['the controller', ofInstall],
  ['dist/', ofDist],
])('the reference lists every label and annotation of %s', (_, found) => {
  expect(found.length).toBeGreaterThan(0);
  expect(found.map(([name]) => name).filter((name) => !names.has(name))).toEqual([]);
});

test.each(entries.filter(({ access }) => access.includes('writes')))(
  'a manifest has $name with the value that the reference states',
  ({ name, value }) => {
    const values = [...ofNetwork, ...ofInstall, ...ofDist]
      .filter((found) => found[0] === name)
      .map((found) => found[1]);
    const expected = value.includes(' ') ? /^[0-9a-f]{64}$/ : RegExp(`^${value.toLowerCase()}$`);
    expect(values).toContainEqual(expect.stringMatching(expected));
  },
);

test('the reference lists every constant with the name of a label or an annotation', () => {
  const constants = Object.entries(labels).filter(([name]) => /(Label|Annotation)$/.test(name));
  expect(constants.length).toBeGreaterThan(0);
  expect(constants.filter(([, value]) => !names.has(value as string))).toEqual([]);
});

test('the reference lists every label and annotation of Kubernetes that the code names', () => {
  const folders = ['constructs', 'controller', 'kube'];
  const { stdout } = execaSync('git', ['ls-files', ...folders], { cwd: checkout, lines: true });
  const sources = stdout.map((path) => readFileSync(join(checkout, path), 'utf8')).join('\n');
  const literals = Array.from(
    sources.matchAll(/'((?:[a-z-]+\.)+(?:k8s|kubernetes)\.io\/[A-Za-z-]+(?![0-9]))'/g),
    ([, name]) => name!,
  );
  expect(literals.length).toBeGreaterThan(0);
  expect(literals.filter((name) => !names.has(name))).toEqual([]);
});
