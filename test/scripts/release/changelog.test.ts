import { releaseChangelog } from '../../../scripts/release/changelog.ts';

const changelog = `# Changelog

## [Unreleased]

### Added

- One.

## [1.0.0] - 2026-01-01

- Zero.
`;

describe('releaseChangelog', () => {
  test('moves the unreleased changes to the new version', () => {
    const released = releaseChangelog(changelog, '1.1.0', '2026-02-03');
    expect(released.changelog).toBe(`# Changelog

## [Unreleased]

## [1.1.0] - 2026-02-03

### Added

- One.

## [1.0.0] - 2026-01-01

- Zero.
`);
    expect(released.changes).toBe('### Added\n\n- One.');
  });

  test('returns no changes for a version without any', () => {
    const { changelog: text } = releaseChangelog(changelog, '1.1.0', '2026-02-03');
    expect(releaseChangelog(text, '1.2.0', '2026-02-04').changes).toBe('');
  });

  test('rejects a version that the changelog has', () => {
    expect(() => releaseChangelog(changelog, '1.0.0', '2026-02-03')).toThrow(
      'CHANGELOG.md: 1.0.0 has been released',
    );
  });

  test('rejects a changelog without a section for unreleased changes', () => {
    expect(() => releaseChangelog('# Changelog\n', '1.0.0', '2026-02-03')).toThrow(
      'CHANGELOG.md: add a section "## [Unreleased]"',
    );
  });
});
