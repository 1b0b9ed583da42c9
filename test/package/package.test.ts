import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { checkout } from '../framework/checkout.ts';

/** The package as a user installs it: packed, and used by a cdk8s app in a project of its own. */
describe('the packed package', () => {
  const committed = (name: string) => readFileSync(join(checkout, 'dist', name), 'utf8');
  let project: string;

  beforeAll(async () => {
    project = mkdtempSync(join(tmpdir(), 'package-'));
    await execa('npm', ['pack', '--silent', '--pack-destination', project], { cwd: checkout });
    const [archive] = readdirSync(project);
    writeFileSync(join(project, 'package.json'), '{ "name": "user", "type": "module" }');
    const flags = ['--no-audit', '--no-fund', '--prefer-offline'];
    await execa('npm', ['install', ...flags, `./${archive!}`], { cwd: project });
  }, 300_000);

  afterAll(() => {
    rmSync(project, { recursive: true });
  });

  const rendered = (name: string) => readFileSync(join(project, 'dist', name), 'utf8');

  /** Type-checks and runs a module of the project, which renders to the project's dist/. */
  async function synthesize(source: string): Promise<void> {
    writeFileSync(join(project, 'app.ts'), source);
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
    const node = execa({ cwd: project });
    await node(process.execPath, [join(checkout, 'node_modules/typescript/bin/tsc')]);
    await node(process.execPath, ['out/app.js']);
  }

  test('renders a network and the install exactly as dist/ has them', async () => {
    await synthesize(`
      import { App, Chart } from 'cdk8s';
      import { BitcoinNetwork, BitcoinNetworkCrd, ControllerInstall } from 'bitcoin-controller';

      const app = new App({ outputFileExtension: '.yaml' });
      new BitcoinNetworkCrd(new Chart(app, 'crd'), 'crd');
      new ControllerInstall(new Chart(app, 'controller'), 'controller');
      new BitcoinNetwork(new Chart(app, 'example'), 'example', { nodes: 3 });
      app.synth();
    `);
    expect(rendered('example.yaml')).toBe(committed('networks/example.yaml'));
    expect(rendered('crd.yaml')).toBe(committed('crd.yaml'));
    expect(rendered('controller.yaml')).toBe(committed('controller.yaml'));
  }, 120_000);

  test('renders a typed BitcoinNetwork resource for the controller', async () => {
    await synthesize(`
      import { App, Chart } from 'cdk8s';
      import { BitcoinNetwork } from 'bitcoin-controller/imports';

      const app = new App({ outputFileExtension: '.yaml' });
      new BitcoinNetwork(new Chart(app, 'live'), 'live', {
        metadata: { name: 'live' },
        spec: { nodes: 2 },
      });
      app.synth();
    `);
    const resource = rendered('live.yaml');
    expect(resource).toContain('kind: BitcoinNetwork');
    expect(resource).toContain('nodes: 2');
  }, 120_000);

  test('rejects a spec of the wrong type in the compiler and an invalid spec with its field', async () => {
    const app = (spec: string) => `
      import { App, Chart } from 'cdk8s';
      import { BitcoinNetwork } from 'bitcoin-controller';
      new BitcoinNetwork(new Chart(new App(), 'test'), 'alice', ${spec});
    `;
    await expect(synthesize(app('{ nodes: "three" }'))).rejects.toThrow(
      /app\.ts.*'string' is not assignable to type 'number'/,
    );
    await expect(synthesize(app('{ nodes: 65 }'))).rejects.toThrow(/test\/alice: spec\.nodes: /);
  }, 120_000);
});
