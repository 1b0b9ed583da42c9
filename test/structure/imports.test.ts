import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { checkout } from '../framework/checkout.ts';
import { importCycles, importGraph } from './import-graph.ts';

const gitFiles = execaSync('git', ['ls-files', '--', '*.ts', ':!test/'], {
  cwd: checkout,
  lines: true,
});

/** All tracked TypeScript sources except the tests, by path. */
const sources = new Map(
  gitFiles.stdout.map((path) => [path, readFileSync(join(checkout, path), 'utf8')]),
);
const graph = importGraph(sources);

/** Returns the files that are directly in a folder. */
function filesIn(folder: string): string[] {
  return [...sources.keys()].filter((path) => new RegExp(`^${folder}/[^/]+$`).test(path));
}

test('every relative import names a tracked file', () => {
  const imports = [...graph.values()].flat().filter((path) => !path.startsWith('test/'));
  expect(imports.length).toBeGreaterThan(sources.size);
  expect(imports.filter((path) => !sources.has(path))).toEqual([]);
});

test('finds a cycle of imports', () => {
  const circular = new Map([
    ['a/a.ts', "import { b } from '../b.ts';\n"],
    ['b.ts', "export * from './c.ts';\nimport './d.ts';\n"],
    ['c.ts', "import {\n  type a,\n  x,\n} from './a/a.ts';\n"],
    ['d.ts', "const a = await import('./b.ts');\n"],
  ]);
  expect(importCycles(importGraph(circular)).sort()).toEqual([
    'a/a.ts -> b.ts -> c.ts -> a/a.ts',
    'b.ts -> d.ts -> b.ts',
  ]);
});

test('controller/ and kube/ contain only folders and their entry points', () => {
  expect(filesIn('controller')).toEqual(['controller/main.ts', 'controller/options.ts']);
  expect(filesIn('kube')).toEqual(['kube/index.ts', 'kube/manager.ts']);
});

test('no import cycle exists', () => {
  expect(importCycles(graph)).toEqual([]);
});

/** Returns the files whose text matches a pattern. */
function filesMatching(pattern: RegExp): string[] {
  return [...sources].filter(([, source]) => pattern.test(source)).map(([path]) => path);
}

test('only bitcoin/plan computes a full mesh', () => {
  const callers = filesMatching(/\bfullMesh\(/);
  expect(callers).not.toEqual([]);
  expect(callers.filter((path) => !path.startsWith('bitcoin/plan/'))).toEqual([]);
});

test('only bitcoin/ imports the constants of a chain', () => {
  const importers = filesMatching(/^import [^;]*\bregtest\b[^;]*\sfrom\s/m);
  expect(importers.filter((path) => !path.startsWith('bitcoin/'))).toEqual([]);
});
