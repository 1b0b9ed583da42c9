import { KubeConfig } from '@kubernetes/client-node';
import { v1 } from '../../crds/index.ts';
import { examplesFolder, readExamples } from '../../scripts/reference/examples.ts';
import { changeField } from '../../scripts/reference/field-path.ts';
import { fieldsOf } from '../../scripts/reference/fields.ts';
import { limitsOf } from '../../scripts/reference/limits.ts';
import { dryRunCreate, type Create } from '../crds/api-server.ts';
import { Kubectl } from '../framework/kubectl.ts';

const examples = readExamples();
const fields = fieldsOf(v1).filter(({ path }) => path.startsWith('spec.'));

/** Returns the example of a field or of the field that contains it. */
const exampleOf = (path: string) => examples.get(path.split(/[.[]/)[1]!)!.resource;

/** Networks outside each limit of each field, with the error that the reference lists. */
const violations = fields.flatMap((field) =>
  limitsOf(field).map(({ text, violation, message }) => ({
    title: `${field.path}: ${text}`,
    resource: changeField(exampleOf(field.path), field.path, () => violation),
    message,
  })),
);
const omissions = fields
  .filter(({ isRequired }) => isRequired)
  .map(({ path }) => ({
    title: `${path}: required`,
    resource: changeField(exampleOf(path), path, () => undefined),
    message: 'Required value',
  }));

test('the API server accepts every example of the reference', async () => {
  const args = ['apply', '--server-side', '--dry-run=server', '--validate=strict'];
  const output = await new Kubectl().run([...args, '-f', examplesFolder]);
  const applied = output.trim().split('\n');
  expect(applied.sort()).toEqual(
    [...examples.values()]
      .map(({ resource: { metadata } }) => `${metadata.name} serverside-applied (server dry run)`)
      .map((line) => `bitcoinnetwork.bitcoincontroller.christianb93.github.com/${line}`)
      .sort(),
  );
});

describe('the API server rejects', () => {
  let create: Create;

  beforeAll(async () => {
    const config = new KubeConfig();
    config.loadFromDefault();
    create = await dryRunCreate(config, 'default');
  });

  test.each([...violations, ...omissions])(
    'a value outside the limit "$title" with the message of the reference',
    async ({ resource, message }) => {
      const messages = (await create(resource)).map((error) => error.message);
      expect(messages).toContainEqual(expect.stringContaining(message));
    },
  );
});
