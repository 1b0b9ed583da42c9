import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pinBaseImages } from './base-images.ts';
import { releaseChangelog } from './changelog.ts';
import { run } from './run.ts';
import { setVersion, type VersionChange } from './version-files.ts';

/** The scripts of package.json whose output contains the version. */
const generators = ['synth', 'chart'];

/** The edits of a release. */
export interface Edits {
  readonly change: VersionChange;
  /** The day of the release, as 2026-01-31. */
  readonly date: string;
  /** Digests of the base images; undefined to leave the Dockerfile unchanged. */
  readonly digests: Parameters<typeof pinBaseImages>[1] | undefined;
}

/** Returns the names of the scripts in package.json. */
export function scriptsOf(folder: string): string[] {
  const text = readFileSync(join(folder, 'package.json'), 'utf8');
  return Object.keys((JSON.parse(text) as { scripts: object }).scripts);
}

/**
 * Edits the files of a checkout or of its copy for a release, and renders the generated files.
 *
 * @returns the changes of the release, as the changelog lists them
 */
export function editFiles(
  folder: string,
  files: readonly string[],
  { change: version, date, digests }: Edits,
): string {
  const edited = new Set<string>();
  const edit = (file: string, change: (text: string) => string) => {
    const path = join(folder, file);
    const bytes = readFileSync(path);
    const text = bytes.toString();
    // The conversion changes files that are not text.
    if (!Buffer.from(text).equals(bytes)) return;
    const result = change(text);
    if (result === text) return;
    writeFileSync(path, result);
    edited.add(file);
  };

  let changes = '';
  edit('CHANGELOG.md', (text) => {
    const released = releaseChangelog(text, version.to.version, date);
    ({ changes } = released);
    return released.changelog;
  });
  for (const file of files) edit(file, (text) => setVersion(file, text, version));
  if (digests) edit('Dockerfile', (text) => pinBaseImages(text, digests));
  // Longer names of images change line breaks and the width of tables.
  const formatted = [...edited].filter((file) => /\.(ts|md)$/.test(file));
  const prettier = join(folder, 'node_modules/prettier/bin/prettier.cjs');
  run(process.execPath, [prettier, '--write', ...formatted], { cwd: folder });
  for (const script of scriptsOf(folder).filter((name) => generators.includes(name))) {
    run('npm', ['run', '-s', script], { cwd: folder });
  }
  return changes;
}
