import { setVersion } from '../../../scripts/release/version-files.ts';

const change = {
  from: { version: '1.2.3', image: 'localhost/bitcoin-controller:1.2.3' },
  to: { version: '1.3.0', image: 'registry.example/team/bitcoin-controller:1.3.0' },
};
const set = (file: string, text: string) => setVersion(file, text, change);

describe('setVersion', () => {
  test('replaces the default image by the image of the release', () => {
    expect(set('a.ts', "image = 'localhost/bitcoin-controller:1.2.3';")).toBe(
      "image = 'registry.example/team/bitcoin-controller:1.3.0';",
    );
  });

  test('replaces the version in names of other images, packages and charts', () => {
    const text = 'other.example/bitcoin-controller:1.2.3 bitcoin-controller-1.2.3.tgz';
    expect(set('README.md', text)).toBe(
      'other.example/bitcoin-controller:1.3.0 bitcoin-controller-1.3.0.tgz',
    );
  });

  test.each([
    'localhost/bitcoin-controller:1.2.30',
    'localhost/bitcoin-controller:1.2.3-rc.1',
    'bitcoin-controller:1.2.3.4',
    'bitcoin-controller:1x2x3',
    'test/faults/releases/bitcoin-controller-1.2.3.tgz',
    'release 1.2.3',
  ])('does not change %s', (text) => {
    expect(set('README.md', text)).toBe(text);
  });

  test('ends a version at the end of a sentence', () => {
    expect(set('README.md', 'Use bitcoin-controller:1.2.3.')).toBe('Use bitcoin-controller:1.3.0.');
  });

  test.each(['CHANGELOG.md', 'docs/adr/0001-x.md', 'test/faults/releases/README.md'])(
    'does not change %s, which records the past',
    (file) => {
      const text = 'bitcoin-controller:1.2.3';
      expect(set(file, text)).toBe(text);
    },
  );

  test('sets the version of package.json and package-lock.json, but not of dependencies', () => {
    const dependency = { version: '1.2.3' };
    const text = (version: string) =>
      `${JSON.stringify({ version, packages: { '': { version }, dependency } }, null, 2)}\n`;
    expect(set('package-lock.json', text('1.2.3'))).toBe(text('1.3.0'));
    expect(set('package.json', '{ "version": "1.2.3" }')).toBe('{\n  "version": "1.3.0"\n}\n');
  });
});
