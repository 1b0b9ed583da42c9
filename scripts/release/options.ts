import { parseArgs } from 'node:util';
import { inc, gt, valid, type ReleaseType } from 'semver';
import { ReleaseError } from './release-error.ts';

/** The command line of `npm run release`. */
export interface ReleaseOptions {
  /** The new version. */
  readonly version: string;
  /** Changes no tracked file. */
  readonly dryRun: boolean;
  /** Pins the base images to digests, which needs their registries. */
  readonly resolveImages: boolean;
  /** The image of the controller without a tag. */
  readonly image: string;
  /** The platforms of the image, such as linux/amd64. */
  readonly platforms: readonly string[];
}

export const usage = `usage: npm run release -- [VERSION] [--dry-run] [--resolve-images] [--image NAME]
                             [--platforms LIST]

Prepares a release in build/release/ and prints the commands that publish it.

  VERSION            X.Y.Z, major, minor or patch (minor)
  --dry-run          change no tracked file; write to build/release/ only
  --resolve-images   pin the base images of the Dockerfile in a dry run, too
  --image NAME       image of the controller without a tag (that of ControllerInstall)
  --platforms LIST   platforms of the image (linux/amd64,linux/arm64)`;

const increments = ['major', 'minor', 'patch'];

function nextVersion(argument: string, current: string): string {
  if (increments.includes(argument)) return inc(current, argument as ReleaseType)!;
  if (valid(argument) !== argument) {
    throw new ReleaseError(`${argument}: use a version X.Y.Z, or major, minor or patch`);
  }
  if (!gt(argument, current)) {
    throw new ReleaseError(`${argument}: use a version after ${current}, which package.json has`);
  }
  return argument;
}

/**
 * Parses the command line.
 *
 * @param args the arguments after the name of the script
 * @param current the version in package.json and the image of ControllerInstall
 * @returns undefined if --help is given
 * @throws {@link ReleaseError} that names the invalid argument
 */
export function parseOptions(
  args: readonly string[],
  current: { readonly version: string; readonly image: string },
): ReleaseOptions | undefined {
  const { values, positionals } = parseArguments(args);
  if (values.help) return undefined;
  const [version = 'minor', ...rest] = positionals;
  if (rest.length > 0) throw new ReleaseError(`${rest.join(' ')}: give one version\n\n${usage}`);
  const { image = current.image.slice(0, current.image.lastIndexOf(':')) } = values;
  if (!/^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)+$/.test(image)) {
    const example = 'registry.example/team/bitcoin-controller';
    throw new ReleaseError(`--image ${image}: use a name without a tag, such as ${example}`);
  }
  const platforms = values.platforms.split(',');
  const invalid = platforms.find((platform) => !/^linux\/[a-z0-9]+(\/v\d)?$/.test(platform));
  if (invalid !== undefined) {
    throw new ReleaseError(`--platforms ${invalid}: use platforms such as linux/amd64`);
  }
  return {
    version: nextVersion(version, current.version),
    dryRun: values['dry-run'],
    resolveImages: values['resolve-images'] || !values['dry-run'],
    image,
    platforms,
  };
}

function parseArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        'dry-run': { type: 'boolean', default: false },
        'resolve-images': { type: 'boolean', default: false },
        image: { type: 'string' },
        platforms: { type: 'string', default: 'linux/amd64,linux/arm64' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new ReleaseError(`${(error as Error).message}\n\n${usage}`);
  }
}
