import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkout } from '../framework/checkout.ts';

const committed = join(checkout, 'docs/reference');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reference-'));
  cpSync(committed, folder, { recursive: true });
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const reference = (...args: string[]) =>
  spawnSync(process.execPath, ['scripts/reference.ts', ...args, folder], {
    cwd: checkout,
    encoding: 'utf8',
  });

test('--check names the pages that are out of date and does not change them', () => {
  appendFileSync(join(folder, 'events.md'), 'by hand\n');
  rmSync(join(folder, 'conditions.md'));
  const { status, stderr } = reference('--check');
  expect(status).toBe(1);
  expect(stderr.trim().split('\n')).toEqual(
    ['conditions.md', 'events.md'].map(
      (name) =>
        `docs/reference/${name} is out of date: run npm run reference and commit the result`,
    ),
  );
  expect(readFileSync(join(folder, 'events.md'), 'utf8')).toMatch(/by hand\n$/);
});

test('npm run reference replaces the pages that are out of date', () => {
  const path = join(folder, 'events.md');
  const before = readFileSync(path, 'utf8');
  appendFileSync(path, 'by hand\n');
  expect(reference().status).toBe(0);
  expect(readFileSync(path, 'utf8')).toBe(before);
});
