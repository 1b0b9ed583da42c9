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
import { rpcauth } from '../../../bitcoin/rpc/credentials.ts';
import type { NodeName } from '../../../bitcoin/plan/node-name.ts';
import { networkNames } from '../../../constructs/bitcoin-network/names.ts';
import { configDirectory, runDirectory } from '../../../constructs/bitcoin-network/pod/volumes.ts';
import { startScript } from '../../../constructs/bitcoin-network/start-script.ts';

test('the embedded script is the file start.sh', () => {
  const file = join(import.meta.dirname, '../../../constructs/bitcoin-network/start.sh');
  expect(startScript).toBe(readFileSync(file, 'utf8'));
});

test('the script uses the directories that pods mount', () => {
  expect(startScript).toContain(`\netc=${configDirectory}\n`);
  expect(startScript).toContain(`\nrun=${runDirectory}\n`);
  expect(startScript).toContain(`\np2p_port=${regtest.p2pPort}\n`);
});

/** Passwords that a line of bitcoin.conf cannot hold. */
const passwords = [
  ...['a#b', 'a\nb', ' ab', 'ab\n', '#', '\t', '-n#', '%s\\n\\0101$x`"\'#'],
  ...['#p\u00e4ss\u{1f600}', `#${'x'.repeat(500)}`],
];

/** Runs the script in a folder of its own, with programs in place of those of the image. */
describe('start.sh', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'start-script-'));
    for (const name of ['etc', 'run', 'bin']) mkdirSync(join(folder, name));
    const script = startScript
      .replaceAll(configDirectory, join(folder, 'etc'))
      .replaceAll(runDirectory, join(folder, 'run'));
    writeFileSync(join(folder, 'etc/start.sh'), script);
    writeFileSync(join(folder, 'etc/peers'), '0: 1 2\n1: 2 0\n2: 0 1\n10: 3\nold-1: 0 old-0\n');
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
    const credentials = { user: 'controller-1', password: 'p', salt: 's' };
    writeFileSync(
      join(folder, 'etc/bitcoin.conf'),
      renderConfigFile({ chain: regtest, options, credentials }),
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

  /** The lines that follow the common part. */
  const addedLines = (config: string) =>
    config.slice(config.indexOf('# spec.config\n')).split('\n').slice(1, -1);
  const peersOf = (podName: string) =>
    addedLines(start({ POD_NAME: podName }).config()).filter((line) => line.startsWith('addnode='));

  test("appends the pod's addresses and the node's peers, and executes bitcoind", () => {
    const { status, stdout, config } = start();
    expect([status, stdout]).toEqual([0, 'runs -conf=/bitcoin.conf\n']);
    expect(addedLines(config())).toEqual([
      'rpcbind=127.0.0.1',
      'rpcbind=10.0.0.7',
      'rpcbind=fd00::7',
      'addnode=alice-sts-2.alice-svc:18444',
      'addnode=alice-sts-0.alice-svc:18444',
    ]);
  });

  test('keeps the common part of bitcoin.conf', () => {
    const shared = readFileSync(join(folder, 'etc/bitcoin.conf'), 'utf8');
    expect(start().config().startsWith(shared)).toBe(true);
  });

  test('binds to BIND_ADDRESS only, if it is set', () => {
    const lines = addedLines(start({ BIND_ADDRESS: '127.9.0.1' }).config());
    expect(lines.slice(0, 3)).toEqual([
      'bind=127.9.0.1',
      'rpcbind=127.9.0.1',
      'rpcconnect=127.9.0.1',
    ]);
    expect(lines[3]).toMatch(/^addnode=/);
  });

  describe('takes the node and the network from the name of the pod', () => {
    test.each<[string, NodeName, NodeName[]]>([
      ['alice', '1', ['2', '0']],
      ['alice', '10', ['3']],
      ['alice', 'old-1', ['0', 'old-0']],
      ['alice-sts', '1', ['2', '0']],
      ['a-sts-b-svc', 'old-1', ['0', 'old-0']],
    ])('in the network %s for the node %s', (network, node, peers) => {
      const names = networkNames(network, regtest);
      const lines = peers.map((peer) => `addnode=${names.peerAddress(peer)}`);
      expect(peersOf(names.pod(node))).toEqual(lines);
    });

    test('and adds no peers for a node that is not in the plan', () => {
      expect(peersOf('alice-sts-7')).toEqual([]);
    });
  });

  test('with "prepare" writes bitcoin.conf for its user, and copies bitcoin-cli for all', () => {
    const { status, stdout } = start({}, 'prepare');
    expect([status, stdout]).toEqual([0, '']);
    expect(statSync(join(folder, 'run/bitcoin.conf')).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'run/bitcoin-cli')).mode & 0o777).toBe(0o755);
  });

  test('writes bitcoin.conf in place, because the mount is bound to its inode', () => {
    start({}, 'prepare');
    const { ino } = statSync(join(folder, 'run/bitcoin.conf'));
    start();
    expect(statSync(join(folder, 'run/bitcoin.conf')).ino).toBe(ino);
  });

  test('writes peers again at each start, because they may have changed', () => {
    start({}, 'prepare');
    writeFileSync(join(folder, 'etc/peers'), '1: 2\n');
    expect(peersOf('alice-sts-1')).toEqual(['addnode=alice-sts-2.alice-svc:18444']);
  });

  describe("keeps the options of the pod's revision", () => {
    const optionsOf = ({ config }: ReturnType<typeof start>) =>
      addedLines(config()).filter((line) => !/^(rpcbind|addnode)=/.test(line));
    const file = (name: string) => join(folder, 'etc', name);

    test('at each start after the first one, whatever the ConfigMap contains', () => {
      configure({ debug: 'net' });
      start({}, 'prepare');
      start();
      configure({ debug: 'rpc', listenonion: 1 });
      expect(optionsOf(start())).toEqual(['debug=net']);
      expect(optionsOf(start({}, 'prepare'))).toEqual(['debug=net']);
    });

    test('but takes those of the ConfigMap until bitcoind was started', () => {
      configure({ debug: 'net' });
      start({}, 'prepare');
      configure({ debug: 'rpc' });
      expect(optionsOf(start({}, 'prepare'))).toEqual(['debug=rpc']);
      expect(optionsOf(start())).toEqual(['debug=rpc']);
    });

    test('and takes those that the ConfigMap lists for its node', () => {
      configure({ debug: 'rpc' });
      writeFileSync(file('revisions'), '0: c0\n1: c1\n11: c0\n');
      writeFileSync(file('revision-c1'), '# spec.config\ndebug=net\n');
      expect(optionsOf(start())).toEqual(['debug=net']);
      rmSync(file('revisions'));
      expect(optionsOf(start())).toEqual(['debug=net']);
    });

    test.each(['0: c1\n', '1: c9\n', ''])('and not others (%j)', (revisions) => {
      configure({ debug: 'rpc' });
      writeFileSync(file('revisions'), revisions);
      writeFileSync(file('revision-c1'), '# spec.config\ndebug=net\n');
      expect(optionsOf(start())).toEqual(['debug=rpc']);
    });

    test('with the current credentials of the controller', () => {
      start();
      const credentials = { user: 'controller-2', password: 'p', salt: 's' };
      writeFileSync(file('bitcoin.conf'), renderConfigFile({ chain: regtest, credentials }));
      const lines = start().config().split('\n');
      const names = lines.filter((line) => /^rpc(auth|whitelist)=/.test(line));
      expect(names).toEqual([
        expect.stringMatching(/^rpcauth=controller-2:/),
        expect.stringMatching(/^rpcwhitelist=controller-2:/),
      ]);
    });

    test('and checks them instead of those of the ConfigMap', () => {
      start();
      configure({ nosuch: 1 });
      expect(start().status).toBe(0);
    });
  });

  describe("with the user's credentials", () => {
    test('writes them unchanged', () => {
      const { status, config } = start({ BC_RPC_USER: 'me', BC_RPC_PASSWORD: 'a b="c' });
      expect(status).toBe(0);
      expect(addedLines(config())).toEqual(
        expect.arrayContaining(['rpcuser=me', 'rpcpassword=a b="c']),
      );
    });

    test.each(passwords)('writes the hash of the password %j, as rpcauth.py does', (password) => {
      const { status, config, stderr } = start({ BC_RPC_USER: 'me', BC_RPC_PASSWORD: password });
      expect([status, stderr]).toEqual([0, '']);
      const lines = addedLines(config());
      const line = lines.find((text) => text.startsWith('rpcauth=me:'))!;
      const salt = /^rpcauth=me:([0-9a-f]{32})\$/.exec(line)![1]!;
      expect(line).toBe(`rpcauth=${rpcauth({ user: 'me', password, salt })}`);
      expect(lines.join()).not.toContain('rpcpassword');
    });

    test('accepts the dollar sign in a user name whose password needs no hash', () => {
      const { config } = start({ BC_RPC_USER: 'm$e', BC_RPC_PASSWORD: 'ab' });
      expect(addedLines(config())).toContain('rpcuser=m$e');
    });

    describe('keeps the login that the pod had, if the Secret gets a bad one', () => {
      const good = { BC_RPC_USER: 'me', BC_RPC_PASSWORD: 'good' };
      const bad = { BC_RPC_USER: 'm:e', BC_RPC_PASSWORD: 'new' };

      test('through several restarts, and takes the next good one', () => {
        start(good, 'prepare');
        for (let restart = 0; restart < 2; restart++) {
          const { status, stderr, config } = start(bad);
          expect(status).toBe(0);
          expect(stderr).toContain("contains ':'");
          expect(stderr).toContain('the node accepts the login that it had before');
          expect(addedLines(config())).toEqual(
            expect.arrayContaining(['rpcuser=me', 'rpcpassword=good']),
          );
        }
        expect(addedLines(start({ ...good, BC_RPC_PASSWORD: 'new' }).config())).toContain(
          'rpcpassword=new',
        );
      });

      test('in a pod of release 0.1.0, which has no other record of it', () => {
        start(good, 'prepare');
        rmSync(join(folder, 'run/login'));
        expect(addedLines(start(bad).config())).toContain('rpcpassword=good');
      });

      test('as a hash too, in files that only the user of the pod reads', () => {
        start({ ...good, BC_RPC_PASSWORD: 'a#b' }, 'prepare');
        const lines = addedLines(start({}).config());
        expect(addedLines(start(bad).config()).some((line) => line.startsWith('rpcauth=me:'))).toBe(
          true,
        );
        expect(lines.join()).not.toContain('rpcauth');
        expect(statSync(join(folder, 'run/login')).mode & 0o777).toBe(0o600);
      });
    });

    test.each([
      ['m#e', 'ab', "BC_RPC_USER in the Secret contains '#' or a newline"],
      ['m\ne', 'ab', "BC_RPC_USER in the Secret contains '#' or a newline"],
      ['m$e', 'ab#', "BC_RPC_USER in the Secret contains '$'"],
      ['me\t', 'ab', 'BC_RPC_USER in the Secret starts or ends with whitespace'],
      ['me', '', 'BC_RPC_PASSWORD in the Secret is empty'],
      ['', 'ab', 'BC_RPC_USER in the Secret is empty'],
      ['m:e', 'ab', "BC_RPC_USER in the Secret contains ':'"],
      ['__cookie__', 'ab', 'BC_RPC_USER in the Secret is a reserved name'],
      ['controller-1', 'ab', 'BC_RPC_USER in the Secret is a reserved name'],
    ])('rejects the user %j with the password %j, and shows neither', (user, password, message) => {
      const { status, stderr } = start({ BC_RPC_USER: user, BC_RPC_PASSWORD: password });
      expect(status).toBe(1);
      expect(stderr).toContain(`start.sh: ${message}`);
      expect(stderr).not.toContain('ab');
    });
  });

  describe("with the user's options", () => {
    test('accepts options that bitcoind lists, and their negations', () => {
      configure({ debug: 'net', nolistenonion: 1 });
      const { status, config } = start();
      expect(status).toBe(0);
      expect(addedLines(config()).slice(0, 2)).toEqual(['debug=net', 'nolistenonion=1']);
    });

    test.each(['listenonio', 'text', 'nosuch'])('rejects the unknown option %s', (option) => {
      configure({ debug: 'net', [option]: 1 });
      const { status, stderr } = start();
      expect(status).toBe(1);
      expect(stderr).toContain(`spec.config.${option} is not an option of this bitcoind`);
    });

    test('does not run bitcoind -help-debug without options', () => {
      program('bitcoind', '[ "$1" = -help-debug ] && exit 9 || echo "runs $*"');
      expect(start().status).toBe(0);
    });
  });

  test('rejects an image without bitcoind, and names the field to change', () => {
    rmSync(join(folder, 'bin/bitcoind'));
    const { status, stderr } = start({ PATH: '/usr/bin:/bin' });
    expect(status).toBe(1);
    expect(stderr).toContain('the image has no bitcoind on its PATH: set spec.image');
  });

  test('rejects an image without bitcoin-cli', () => {
    rmSync(join(folder, 'bin/bitcoin-cli'));
    const path = `${join(folder, 'bin')}:/usr/bin:/bin`;
    const { status, stderr } = start({ PATH: path }, 'prepare');
    expect(status).toBe(1);
    expect(stderr).toContain('the image has no bitcoin-cli on its PATH');
  });
});
