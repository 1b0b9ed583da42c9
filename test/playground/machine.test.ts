import { checkMachine } from '../../playground/machine.ts';

/** A machine on which all commands succeed except those that `broken` selects. */
const machine =
  (broken: (command: string) => boolean) =>
  (file: string, args: readonly string[]): Promise<string> => {
    const command = [file, ...args].join(' ');
    return broken(command) ? Promise.reject(new Error(`${command} failed`)) : Promise.resolve('');
  };

test('accepts a Linux machine with user namespaces', async () => {
  await expect(
    checkMachine(
      'linux',
      machine(() => false),
    ),
  ).resolves.toBeUndefined();
});

test.each(['darwin', 'win32'])('recommends kind on %s', async (platform) => {
  await expect(
    checkMachine(
      platform,
      machine(() => false),
    ),
  ).rejects.toThrow(new RegExp(`Linux only, not on ${platform}.*kind`));
});

test.each(['unshare', 'setpriv'])(
  'states which package to install if %s is missing',
  async (tool) => {
    const run = machine((command) => command.startsWith(tool));
    await expect(checkMachine('linux', run)).rejects.toThrow(
      `${tool} is not on PATH: install util-linux`,
    );
  },
);

test('states how to permit user namespaces', async () => {
  const run = machine((command) => command.includes('--map-root-user'));
  await expect(checkMachine('linux', run)).rejects.toThrow(
    /cannot create user namespaces[^]*sysctl/,
  );
});
