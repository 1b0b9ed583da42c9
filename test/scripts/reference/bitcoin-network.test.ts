import { v1 } from '../../../crds/index.ts';
import { bitcoinNetworkPage } from '../../../scripts/reference/bitcoin-network.ts';
import { readExamples } from '../../../scripts/reference/examples.ts';
import { fieldsOf } from '../../../scripts/reference/fields.ts';

const examples = readExamples();
const page = bitcoinNetworkPage(examples);
const fields = fieldsOf(v1);

test('the page has a section for each field of spec and a row for each field of status', () => {
  const paths = fields.map(({ path }) => path);
  const sections = paths.filter((path) => path.startsWith('spec.'));
  expect(sections.filter((path) => !page.includes(`\n### ${path}\n`))).toEqual([]);
  const rows = paths.filter((path) => path.startsWith('status.') && !path.endsWith('[]'));
  expect(rows.filter((path) => !page.includes(`\n| \`${path}\` |`))).toEqual([]);
});

test('the page has the message of every rule in CEL', () => {
  const messages = fields.flatMap(({ rules }) => rules.map(({ message }) => message));
  expect(messages.length).toBeGreaterThan(20);
  expect(messages.filter((message) => !page.includes(message))).toEqual([]);
});

test('the page says which fields restart nodes', () => {
  expect(page).toMatch(/^\| \[`spec\.nodes`\].*\| no \|$/m);
  expect(page).toMatch(/^\| \[`spec\.image`\].*\| yes, one at a time \|$/m);
});

test('a field without an example is an error that names the file to add', () => {
  const others = new Map([...examples].filter(([name]) => name !== 'secret'));
  expect(() => bitcoinNetworkPage(others)).toThrow(
    'spec.secret has no example: add docs/reference/examples/secret.yaml',
  );
});
