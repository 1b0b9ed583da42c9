/** Major, minor and patch. */
export type Version = readonly [number, number, number];

/**
 * The first version number in a program's answer to --version, whatever stands around it.
 *
 * @returns undefined if there is none
 */
export function parseVersion(text: string): Version | undefined {
  const match = /(?<![\d.])v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)] : undefined;
}

/** Whether `version` is `minimum` or later. */
export function isAtLeast(version: Version, minimum: Version): boolean {
  for (const [index, part] of version.entries()) {
    const difference = part - minimum[index]!;
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** A version as people write it. */
export function formatVersion(version: Version): string {
  return version.join('.');
}
