import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitMessage } from '../../../../controller/bitcoin-network/nodes/exit-message.ts';

interface Recording {
  readonly title: string;
  /** The last lines that Bitcoin Knots 29.4 wrote to stdout and stderr. */
  readonly output: string;
  readonly message: string;
}

const file = join(import.meta.dirname, 'exit-messages.json');
const recordings = JSON.parse(readFileSync(file, 'utf8')) as Recording[];

describe('exitMessage', () => {
  test.each(recordings.map(({ title, ...recording }) => [title, recording] as const))(
    'returns what bitcoind says about %s',
    (_, { output, message }) => {
      expect(exitMessage(output)).toBe(message);
    },
  );

  test('returns the first refusal, of which the others are consequences', () => {
    const output =
      'Error: Unable to bind to 127.0.0.1:1 on this computer.\n' +
      'Error: Failed to listen on any port. Use -listen=0 if you want this.\n';
    expect(exitMessage(output)).toBe('Error: Unable to bind to 127.0.0.1:1 on this computer.');
  });

  test('ends a refusal before the shutdown if the log has no timestamps', () => {
    expect(exitMessage('Error: no.\n- Try x.\nShutdown: In progress...\n')).toBe(
      'Error: no. Try x.',
    );
  });

  test('returns the first error of the log if nothing else is printed', () => {
    const output =
      '2026-01-01T00:00:00Z [net:warning] slow\n' +
      '2026-01-01T00:00:01Z [leveldb:error] corrupt\n' +
      '2026-01-01T00:00:02Z Shutdown: done\n';
    expect(exitMessage(output)).toBe('corrupt');
    expect(exitMessage('2019-01-01T00:00:00Z ERROR: LoadBlockIndex: no\n')).toBe(
      'LoadBlockIndex: no',
    );
  });

  test.each([
    ['start.sh: BC_RPC_USER in the Secret is empty: set a value'],
    ["bitcoind: validation.cpp:12: void f(): Assertion `x' failed."],
    ['bitcoind: error while loading shared libraries: libz.so.1: cannot open shared object file'],
    ['what():  locale::facet::_S_create_c_locale name not valid'],
    ['sh: exec: line 1: bitcoind: not found'],
  ])('returns %s', (line) => {
    expect(exitMessage(`2026-01-01T00:00:00Z starting\n${line}\n`)).toBe(line);
  });

  test('returns the last line of other output, without its timestamp', () => {
    expect(exitMessage('a\n2026-01-01T00:00:00Z Loading\n\n')).toBe('Loading');
  });

  test('returns undefined without output', () => {
    expect(exitMessage(undefined)).toBeUndefined();
    expect(exitMessage(' \n\n')).toBeUndefined();
  });

  test('shortens a message to 500 characters', () => {
    expect(exitMessage(`Error: ${'x'.repeat(600)}`)).toMatch(/^Error: x{492}…$/);
  });
});
