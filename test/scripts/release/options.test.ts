import { parseOptions } from '../../../scripts/release/options.ts';

const current = { version: '1.2.3', image: 'registry.example:5000/team/controller:1.2.3' };
const parse = (...args: string[]) => parseOptions(args, current);

describe('parseOptions', () => {
  test('prepares the next minor version of the current image for amd64 and arm64', () => {
    expect(parse()).toEqual({
      version: '1.3.0',
      dryRun: false,
      resolveImages: true,
      image: 'registry.example:5000/team/controller',
      platforms: ['linux/amd64', 'linux/arm64'],
    });
  });

  test.each([
    ['major', '2.0.0'],
    ['patch', '1.2.4'],
    ['1.10.0', '1.10.0'],
    ['2.0.0-rc.1', '2.0.0-rc.1'],
  ])('reads the version of %s as %s', (argument, version) => {
    expect(parse(argument)?.version).toBe(version);
  });

  test('resolves images in a dry run on request only', () => {
    expect(parse('--dry-run')?.resolveImages).toBe(false);
    expect(parse('--dry-run', '--resolve-images')?.resolveImages).toBe(true);
  });

  test('returns undefined for --help', () => {
    expect(parse('--help')).toBeUndefined();
  });

  test.each([
    [['1.2'], '1.2: use a version X.Y.Z'],
    [['v2.0.0'], 'v2.0.0: use a version X.Y.Z'],
    [['1.2.3'], '1.2.3: use a version after 1.2.3'],
    [['minor', 'patch'], 'patch: give one version'],
    [['--image', 'registry.example/controller:1'], '--image registry.example/controller:1: use a'],
    [['--image', "registry.example/a'b"], '--image'],
    [['--platforms', 'linux/amd64,windows'], '--platforms windows: use'],
    [['--force'], 'usage: npm run release'],
  ])('rejects %j with an error that names the argument', (args, message) => {
    expect(() => parse(...args)).toThrow(message);
  });
});
