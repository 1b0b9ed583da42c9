import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { regtest } from '../../../bitcoin/chain.ts';
import { renderConfigFile } from '../../../bitcoin/config/config-file.ts';
import {
  configDirectory,
  runDirectory,
  startScript,
} from '../../../constructs/bitcoin-network/start-script.ts';

/** The script in a folder of its own, with a bitcoind that lists its options and else says that it runs. */
describe('start.sh', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'start-script-'));
    for (const name of ['etc', 'run', 'bin']) mkdirSync(join(folder, name));
    const script = startScript
      .replaceAll(configDirectory, join(folder, 'etc'))
      .replaceAll(runDirectory, join(folder, 'run'));
    writeFileSync(join(folder, 'etc/start.sh'), script);
    writeFileSync(join(folder, 'etc/peers'), '0: 1 2\n1: 2 0\n2: 0 1\n10: 3\n');
    configure({});
    program(
      'bitcoind',
      '[ "$1" = -help-debug ] && printf "  -debug=<c>\\n       text\\n  -listenonion\\n" || echo "runs $*"',
    );
    program('bitcoin-cli', 'echo cli');
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function program(name: string, text: string): void {
    const path = join(folder, 'bin', name);
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o755);
  }

  function configure(options: Record<string, string | number>): void {
    const login = { user: 'controller-1', password: 'p', salt: 's' };
    writeFileSync(
      join(folder, 'etc/bitcoin.conf'),
      renderConfigFile({ chain: regtest, options, credentials: login }),
    );
  }

  function start(environment: Record<string, string> = {}, ...args: string[]) {
    const env = {
      PATH: `${join(folder, 'bin')}:${process.env.PATH!}`,
      POD_NAME: 'alice-sts-1',
      POD_IPS: '10.0.0.7,fd00::7',
      ...environment,
    };
    const result = spawnSync('sh', [join(folder, 'etc/start.sh'), ...args], {
      env,
      encoding: 'utf8',
    });
    return { ...result, config: () => readFileSync(join(folder, 'run/bitcoin.conf'), 'utf8') };
  }

  const own = (config: string) =>
    config.slice(config.indexOf('# spec.config\n')).split('\n').slice(1, -1);

  test('appends the addresses and this node’s peers, and becomes bitcoind', () => {
    const { status, stdout, config } = start();
    expect([status, stdout]).toEqual([0, 'runs -conf=/bitcoin.conf\n']);
    expect(own(config())).toEqual([
      'rpcbind=127.0.0.1',
      'rpcbind=10.0.0.7',
      'rpcbind=fd00::7',
      'addnode=alice-sts-2.alice-svc:18444',
      'addnode=alice-sts-0.alice-svc:18444',
    ]);
  });

  test('binds to BIND_ADDRESS alone where it is set', () => {
    const lines = own(start({ BIND_ADDRESS: '127.9.0.1' }).config());
    expect(lines.slice(0, 3)).toEqual([
      'bind=127.9.0.1',
      'rpcbind=127.9.0.1',
      'rpcconnect=127.9.0.1',
    ]);
  });

  test('prepare writes the file for its user only, and copies bitcoin-cli for all', () => {
    const { status, stdout } = start({}, 'prepare');
    expect([status, stdout]).toEqual([0, '']);
    expect(statSync(join(folder, 'run/bitcoin.conf')).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'run/bitcoin-cli')).mode & 0o777).toBe(0o755);
  });

  test('writes in place, for the file is mounted by its inode', () => {
    start({}, 'prepare');
    const { ino } = statSync(join(folder, 'run/bitcoin.conf'));
    start();
    expect(statSync(join(folder, 'run/bitcoin.conf')).ino).toBe(ino);
  });

  test('a login goes into the file as it is', () => {
    const { status, config } = start({ BC_RPC_USER: 'me', BC_RPC_PASSWORD: 'a b="c' });
    expect(status).toBe(0);
    expect(own(config())).toEqual(expect.arrayContaining(['rpcuser=me', 'rpcpassword=a b="c']));
  });

  test.each([
    ['me', 'a#b', "BC_RPC_PASSWORD in the Secret holds '#'"],
    ['me', 'a\nb', 'BC_RPC_PASSWORD in the Secret holds'],
    ['me', ' ab', 'BC_RPC_PASSWORD in the Secret starts or ends with a blank'],
    ['me\t', 'ab', 'BC_RPC_USER in the Secret starts or ends with a blank'],
    ['me', '', 'BC_RPC_PASSWORD in the Secret is empty'],
    ['m:e', 'ab', "BC_RPC_USER in the Secret holds ':'"],
    ['__cookie__', 'ab', 'BC_RPC_USER in the Secret is a reserved name'],
    ['controller-1', 'ab', 'BC_RPC_USER in the Secret is a reserved name'],
  ])('the login %j %j is refused, and not shown', (user, password, message) => {
    const { status, stderr } = start({ BC_RPC_USER: user, BC_RPC_PASSWORD: password });
    expect(status).toBe(1);
    expect(stderr).toContain(`start.sh: ${message}`);
    expect(stderr).not.toContain('ab');
  });

  test('an option that this bitcoind does not know is refused by name', () => {
    configure({ debug: 'net', listenonio: 1 });
    const { status, stderr } = start();
    expect(status).toBe(1);
    expect(stderr).toContain('spec.config.listenonio is no option of this bitcoind');
  });

  test('options that it knows pass, negated ones too', () => {
    configure({ debug: 'net', nolistenonion: 1 });
    const { status, config } = start();
    expect(status).toBe(0);
    expect(own(config()).slice(0, 2)).toEqual(['debug=net', 'nolistenonion=1']);
  });

  test('an image without bitcoind is told from a broken one', () => {
    rmSync(join(folder, 'bin/bitcoind'));
    const { status, stderr } = start({ PATH: '/usr/bin:/bin' });
    expect(status).toBe(1);
    expect(stderr).toContain('the image has no bitcoind on its PATH');
  });
});
