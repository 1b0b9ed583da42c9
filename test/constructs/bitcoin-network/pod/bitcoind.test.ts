import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bitcoindContainer } from '../../../../constructs/bitcoin-network/pod/bitcoind.ts';
import { context } from '../builders.ts';

const container = bitcoindContainer(context());

describe('bitcoindContainer', () => {
  test('runs the start script of the ConfigMap', () => {
    expect(container.command).toEqual(['sh', '/etc/bitcoin-network/start.sh']);
  });

  test('names the ports that the Service refers to', () => {
    expect(container.ports).toEqual([
      { name: 'rpc', containerPort: 18332, protocol: 'TCP' },
      { name: 'p2p', containerPort: 18444, protocol: 'TCP' },
    ]);
  });

  test('is started and ready when bitcoin-cli gets an answer', () => {
    const command = [
      '/usr/local/bin/bitcoin-cli',
      '-regtest',
      '-conf=/bitcoin.conf',
      'getnetworkinfo',
    ];
    expect(container.startupProbe).toMatchObject({ exec: { command }, periodSeconds: 1 });
    expect(container.readinessProbe).toMatchObject({ exec: { command }, periodSeconds: 10 });
  });

  test('has an hour to load its chain before it is restarted', () => {
    const { periodSeconds, failureThreshold } = container.startupProbe;
    expect(periodSeconds * failureThreshold).toBe(3600);
  });

  test('mounts bitcoin.conf and bitcoin-cli where every image expects them', () => {
    const mounts = container.volumeMounts.map(({ mountPath }) => mountPath);
    expect(mounts).toEqual([
      '/etc/bitcoin-network',
      '/run/bitcoin-network',
      '/data',
      '/bitcoin.conf',
      '/usr/local/bin/bitcoin-cli',
    ]);
  });
});

describe('the preStop hook', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'pre-stop-'));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  /** Whether the hook waits, for a process 1 with the given status. */
  function waits(status: string): boolean {
    const file = join(folder, 'status');
    writeFileSync(file, status);
    const [shell, option, script] = container.lifecycle.preStop.exec.command as [
      string,
      string,
      string,
    ];
    const once = script.replace('/proc/1/status', file).replace('sleep 0.1', 'exit 3');
    expect(once).not.toBe(script);
    return spawnSync(shell, [option, once]).status === 3;
  }

  // SIGTERM is 15, and so bit 14: the value 4 of the fourth digit from the right.
  test.each([...Array(16).keys()])(
    'waits while process 1 does not handle SIGTERM, for the digit %i',
    (digit) => {
      const mask = `000000000000${digit.toString(16)}003`;
      expect(waits(`Name:\tbitcoind\nSigCgt:\t${mask}\nNoNewPrivs:\t1\n`)).toBe((digit & 4) === 0);
    },
  );

  test('does not wait where the kernel does not report handlers', () => {
    expect(waits('Name:\tbitcoind\n')).toBe(false);
  });
});
