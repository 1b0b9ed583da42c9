import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readNetworkFiles } from '../../scripts/network-files.ts';

const root = join(import.meta.dirname, '../..');
let networks: string;

beforeEach(() => {
  networks = mkdtempSync(join(tmpdir(), 'networks-'));
});

afterEach(() => {
  rmSync(networks, { recursive: true });
});

const write = (file: string, ...documents: string[]) => {
  writeFileSync(join(networks, file), documents.join('---\n'));
};
const network = (name: string, metadata = '', spec = 'nodes: 1') => `
apiVersion: bitcoincontroller.christianb93.github.com/v1
kind: BitcoinNetwork
metadata: { name: ${name} ${metadata} }
spec: { ${spec} }
`;

describe('readNetworkFiles', () => {
  test('reads every document of every file in the order of file names', () => {
    write('b.yaml', network('bob'));
    write('a.yml', network('alice'), network('carol'));
    write('notes.txt', 'no YAML');
    const names = readNetworkFiles(networks).map(({ metadata }) => metadata.name);
    expect(names).toEqual(['alice', 'carol', 'bob']);
  });

  test('allows the same name in different namespaces', () => {
    write('a.yaml', network('alice', ', namespace: one'), network('alice', ', namespace: two'));
    expect(readNetworkFiles(networks)).toHaveLength(2);
  });

  test('reports every error with its file, its field and the fix', () => {
    write('a.yaml', network('alice'));
    write('b.yaml', network('alice'));
    write('c.yaml', network('carol', '', 'nodes: 65'));
    write('d.yaml', 'spec: [');
    const problems = (() => {
      try {
        readNetworkFiles(networks);
      } catch (error) {
        return (error as Error).message.split('\n').map((line) => line.replace(`${networks}/`, ''));
      }
      return [];
    })();
    expect(problems[0]).toMatch(
      /^b\.yaml: metadata\.name: .*a\.yaml also has a network named alice: rename one of them$/,
    );
    expect(problems[1]).toMatch(/^c\.yaml: spec\.nodes: .*64/);
    expect(problems[2]).toMatch(/^d\.yaml: /);
  });
});

describe('npm run synth', () => {
  const synth = (...args: string[]) =>
    spawnSync(process.execPath, ['scripts/synth.ts', ...args], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, NETWORKS: networks },
    });
  const digest = () => {
    const hash = createHash('sha256');
    const files = readdirSync(join(root, 'dist'), { recursive: true, withFileTypes: true });
    for (const file of files.filter((entry) => entry.isFile())) {
      hash.update(file.name).update(readFileSync(join(file.parentPath, file.name)));
    }
    return hash.digest('hex');
  };

  test('reports errors without a stack trace and does not change dist/', () => {
    const before = digest();
    write('a.yaml', network('alice', '', 'nodes: -1'));
    const { status, stderr } = synth();
    expect(status).toBe(1);
    expect(stderr).toContain('a.yaml: spec.nodes: ');
    expect(stderr).toContain('dist/ is unchanged');
    expect(stderr).not.toMatch(/^ +at /m);
    expect(digest()).toBe(before);
  });

  test('--check names the outdated files and the fix without changing dist/', () => {
    const before = digest();
    write('a.yaml', network('alice', ', namespace: team'));
    const { status, stderr } = synth('--check');
    expect(status).toBe(1);
    expect(stderr).toContain('dist/networks/team/alice.yaml is out of date');
    expect(stderr).toContain('dist/networks/example.yaml is out of date');
    expect(stderr).toContain('run npm run synth');
    expect(digest()).toBe(before);
  });
});
