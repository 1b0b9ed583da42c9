import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LockFile } from '../../../scripts/sbom/production-lock.ts';
import { renderSbom } from '../../../scripts/sbom/sbom.ts';

const root = join(import.meta.dirname, '../../..');
const read = (file: string): unknown => JSON.parse(readFileSync(join(root, file), 'utf8'));

interface Installed {
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly link?: boolean;
  readonly version?: string;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly hasInstallScript?: boolean;
}

/** The packages that `npm ci --omit=dev` installs, by their folder. */
const production = Object.entries(
  (read('package-lock.json') as LockFile).packages as Readonly<Record<string, Installed>>,
).filter(
  ([path, { dev, devOptional, link }]) => path !== '' && !(dev ?? devOptional ?? link ?? false),
);

describe('renderSbom', () => {
  const sbom = renderSbom(root);

  test('lists every production dependency with its version, and nothing else', () => {
    const expected = production.map(([path, { version }]) => {
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
      return `${name}@${version!}`;
    });
    const listed = sbom.components.map(({ name, version }) => `${name}@${version}`);
    expect(listed.sort()).toEqual([...new Set(expected)].sort());
    const { version } = read('node_modules/cdk8s/package.json') as { version: string };
    expect(listed).toContain(`cdk8s@${version}`);
  });

  test('names the project, whatever its folder is called', () => {
    const { name, version } = read('package.json') as { name: string; version: string };
    expect(sbom.metadata.component).toMatchObject({ name, version });
  });

  test('is the same each time', () => {
    expect(sbom.metadata.timestamp).toBeUndefined();
    expect(renderSbom(root).serialNumber).toBe(sbom.serialNumber);
    expect(sbom.serialNumber).toMatch(
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  test('states the license of every dependency', () => {
    const unlicensed = sbom.components.filter(({ licenses = [] }) => licenses.length === 0);
    expect(unlicensed).toEqual([]);
  });
});

test('no production dependency depends on the platform, which the Dockerfile relies on', () => {
  const specific = production.filter(
    ([, { os, cpu, hasInstallScript }]) => os ?? cpu ?? hasInstallScript,
  );
  expect(specific).toEqual([]);
});
