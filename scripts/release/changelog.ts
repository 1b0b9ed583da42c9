import { ReleaseError } from './release-error.ts';

const unreleased = '## [Unreleased]';

/** The changelog of a release. */
export interface ReleasedChangelog {
  /** The changelog with the unreleased changes under the new version. */
  readonly changelog: string;
  /** The changes of the new version; empty without any. */
  readonly changes: string;
}

/**
 * Moves the unreleased changes of a changelog, which has the format of https://keepachangelog.com,
 * to a new version.
 *
 * @param date the day of the release, as 2026-01-31
 * @throws {@link ReleaseError} if the section for unreleased changes is missing, or the version has
 *   been released
 */
export function releaseChangelog(text: string, version: string, date: string): ReleasedChangelog {
  if (text.includes(`\n## [${version}]`)) {
    throw new ReleaseError(`CHANGELOG.md: ${version} has been released; use a later version`);
  }
  const start = text.indexOf(`\n${unreleased}\n`);
  if (start < 0) {
    throw new ReleaseError(`CHANGELOG.md: add a section "${unreleased}" with the changes`);
  }
  const body = start + unreleased.length + 2;
  const end = text.indexOf('\n## ', body);
  const changes = text.slice(body, end < 0 ? undefined : end).trim();
  const heading = `## [${version}] - ${date}`;
  const changelog = `${text.slice(0, body)}\n${heading}\n${text.slice(body)}`;
  return { changelog, changes };
}
