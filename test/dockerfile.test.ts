import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

const root = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

interface Deployment {
  readonly kind: string;
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly [
          { readonly securityContext: { readonly runAsUser: number; readonly runAsGroup: number } },
        ];
      };
    };
  };
}

test('the image runs as the user and the group of the Deployment', () => {
  const [, user] = /^USER (.*)$/m.exec(read('Dockerfile'))!;
  const objects = parseAllDocuments(read('dist/controller.yaml')).map(
    (document) => document.toJS() as Deployment,
  );
  const { spec } = objects.find(({ kind }) => kind === 'Deployment')!;
  const { runAsUser, runAsGroup } = spec.template.spec.containers[0].securityContext;
  expect(user).toBe(`${runAsUser}:${runAsGroup}`);
});

test('the build context has every folder that the build compiles', () => {
  const { include } = JSON.parse(read('tsconfig.build.json')) as { include: string[] };
  const context = read('.dockerignore').split('\n');
  for (const folder of include) expect(context).toContain(`!${folder}`);
});
