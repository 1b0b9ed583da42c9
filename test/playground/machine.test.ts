import { checkMachine } from '../../playground/machine.ts';

/** A machine on which every program works but those that `broken` picks. */
const machine =
  (broken: (command: string) => boolean) =>
  (file: string, args: readonly string[]): Promise<string> => {
    const command = [file, ...args].join(' ');
    return broken(command) ? Promise.reject(new Error(`${command} failed`)) : Promise.resolve('');
  };

test('a Linux machine with user namespaces will do', async () => {
  await expect(
    checkMachine(
      'linux',
      machine(() => false),
    ),
  ).resolves.toBeUndefined();
});

test.each(['darwin', 'win32'])('%s is pointed to kind', async (platform) => {
  await expect(
    checkMachine(
      platform,
      machine(() => false),
    ),
  ).rejects.toThrow(new RegExp(`Linux only, not on ${platform}.*kind`));
});

test.each(['unshare', 'setpriv'])('a machine without %s is told what to install', async (tool) => {
  const run = machine((command) => command.startsWith(tool));
  await expect(checkMachine('linux', run)).rejects.toThrow(
    `${tool} is not on PATH: install util-linux`,
  );
});

test('a user without namespaces is told how to allow them', async () => {
  const run = machine((command) => command.includes('--map-root-user'));
  await expect(checkMachine('linux', run)).rejects.toThrow(
    /cannot create user namespaces[^]*sysctl/,
  );
});
