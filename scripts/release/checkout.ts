import {
  cpSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReleaseError } from './release-error.ts';
import { run } from './run.ts';

/** Git must not write to the index while it compares. */
const env = { GIT_OPTIONAL_LOCKS: '0' };

/** Returns the paths of the files that git tracks, or would track, and that exist. */
export function filesOf(root: string): string[] {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const files = run('git', args, { cwd: root, env }).split('\0').filter(Boolean);
  return [...new Set(files)].filter((file) =>
    lstatSync(join(root, file), { throwIfNoEntry: false })?.isFile(),
  );
}

/**
 * Requires that the checkout has no changes and no tag of the version.
 *
 * @throws {@link ReleaseError} otherwise
 */
export function requireReleasable(root: string, version: string): void {
  const changes = run('git', ['status', '--porcelain'], { cwd: root, env }).trimEnd();
  if (changes !== '') {
    throw new ReleaseError(`commit or stash these changes before a release:\n${changes}`);
  }
  if (run('git', ['tag', '--list', `v${version}`], { cwd: root, env }).trim() !== '') {
    throw new ReleaseError(`the tag v${version} exists; use a later version`);
  }
}

/** A copy of a checkout in a temporary folder. */
export class CheckoutCopy {
  readonly folder = mkdtempSync(join(tmpdir(), 'release-'));
  /** Paths of the files, relative to the folder. */
  readonly files: readonly string[];
  readonly #root: string;

  /** Copies the files of a checkout, and links its node_modules. */
  constructor(root: string) {
    this.#root = root;
    this.files = filesOf(root);
    for (const file of this.files) cpSync(join(root, file), join(this.folder, file));
    symlinkSync(join(root, 'node_modules'), join(this.folder, 'node_modules'));
  }

  /** Copies the files that changed to the checkout. */
  writeBack(): void {
    for (const file of this.files) {
      const content = readFileSync(join(this.folder, file));
      const target = join(this.#root, file);
      if (!content.equals(readFileSync(target))) writeFileSync(target, content);
    }
  }

  /** Returns the changes of the copy to the last commit of the checkout as a patch. */
  patch(): string {
    const options = { cwd: this.folder, env };
    const folder = run('git', ['rev-parse', '--absolute-git-dir'], { cwd: this.#root, env }).trim();
    return run('git', [`--git-dir=${folder}`, '--work-tree=.', 'diff', 'HEAD'], options);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
