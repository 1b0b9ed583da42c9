import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * The package as a stranger gets it: packed, installed into an empty project,
 * type-checked there and used for a cdk8s app of its own.
 */
describe('the packed package', () => {
  const root = join(import.meta.dirname, '../..');
  const dist = join(root, 'dist');
  let project: string;

  const run = (program: string, args: readonly string[], cwd: string) =>
    execFileSync(program, args, { cwd, encoding: 'utf8', stdio: 'pipe' });

  beforeAll(() => {
    project = mkdtempSync(join(tmpdir(), 'package-'));
    run('npm', ['pack', '--silent', '--pack-destination', project], root);
    const [archive] = readdirSync(project);
    writeFileSync(join(project, 'package.json'), '{ "name": "stranger", "type": "module" }');
    run(
      'npm',
      ['install', '--no-audit', '--no-fund', '--prefer-offline', `./${archive!}`],
      project,
    );
  }, 300_000);

  afterAll(() => {
    rmSync(project, { recursive: true });
  });

  /** Type-checks and runs a module of the project; what it renders is in its folder `dist`. */
  function synthesize(source: string): void {
    const file = join(project, 'app.ts');
    writeFileSync(file, source);
    const options = {
      compilerOptions: {
        module: 'nodenext',
        target: 'es2023',
        strict: true,
        types: [],
        outDir: 'out',
      },
      files: ['app.ts'],
    };
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(options));
    mkdirSync(join(project, 'dist'), { recursive: true });
    run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc')], project);
    run(process.execPath, ['out/app.js'], project);
  }

  test('renders a network and the install as dist/ has them', () => {
    synthesize(`
      import { App, Chart } from 'cdk8s';
      import { BitcoinNetwork, BitcoinNetworkCrd, ControllerInstall } from 'bitcoin-controller';

      const app = new App({ outputFileExtension: '.yaml' });
      new BitcoinNetworkCrd(new Chart(app, 'crd'), 'crd');
      new ControllerInstall(new Chart(app, 'controller'), 'controller');
      new BitcoinNetwork(new Chart(app, 'example'), 'example', { nodes: 3 });
      app.synth();
    `);
    const rendered = (name: string) => readFileSync(join(project, 'dist', name), 'utf8');
    const committed = (name: string) => readFileSync(join(dist, name), 'utf8');
    expect(rendered('example.yaml')).toBe(committed('networks/example.yaml'));
    expect(rendered('crd.yaml')).toBe(committed('crd.yaml'));
    expect(rendered('controller.yaml')).toBe(committed('controller.yaml'));
  }, 120_000);

  test('renders a typed resource for the live way', () => {
    synthesize(`
      import { App, Chart } from 'cdk8s';
      import { BitcoinNetwork } from 'bitcoin-controller/imports';

      const app = new App({ outputFileExtension: '.yaml' });
      new BitcoinNetwork(new Chart(app, 'live'), 'live', {
        metadata: { name: 'live' },
        spec: { nodes: 2 },
      });
      app.synth();
    `);
    const resource = readFileSync(join(project, 'dist/live.yaml'), 'utf8');
    expect(resource).toContain('kind: BitcoinNetwork');
    expect(resource).toContain('nodes: 2');
  }, 120_000);

  test('refuses what the API server would, at compile time or with the field', () => {
    const app = (spec: string) => `
      import { App, Chart } from 'cdk8s';
      import { BitcoinNetwork } from 'bitcoin-controller';
      new BitcoinNetwork(new Chart(new App(), 'test'), 'alice', ${spec});
    `;
    expect(() => {
      synthesize(app('{ nodes: "three" }'));
    }).toThrow();
    expect(() => {
      synthesize(app('{ nodes: 65 }'));
    }).toThrow(/test\/alice: spec\.nodes: /);
  }, 120_000);
});
