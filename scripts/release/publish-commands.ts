import { npmArchive } from './artifacts.ts';
import type { ReleaseOptions } from './options.ts';

const quote = (text: string) => (/^[\w./:@=,-]+$/.test(text) ? text : `'${text}'`);
const command = (...words: readonly string[]) => words.map(quote).join(' ');

/** The commands of one step, with its title. */
export interface PublishStep {
  readonly title: string;
  readonly commands: readonly string[];
}

/**
 * Returns the commands that publish a release.
 *
 * @param files names of the files of the release
 * @param output the folder of the files, relative to the checkout
 */
export function publishSteps(
  { version, image, platforms }: ReleaseOptions,
  files: readonly string[],
  output: string,
): PublishStep[] {
  const tag = `v${version}`;
  const path = (file: string) => `${output}/${file}`;
  const isLocal = image.startsWith('localhost/');
  const chart = files.find((file) => file === `bitcoin-controller-${version}.tgz`);
  const assets = files.filter((file) => file !== 'RELEASE_NOTES.md').map(path);
  const registry = image.slice(0, image.lastIndexOf('/'));
  const label = `org.opencontainers.image.version=${version}`;
  const build = isLocal
    ? command('docker', 'build', '--label', label, '--tag', `${image}:${version}`, '.')
    : command(
        ...['docker', 'buildx', 'build', '--platform', platforms.join(','), '--label', label],
        ...['--sbom=true', '--provenance=mode=max', '--tag', `${image}:${version}`, '--push', '.'],
      );
  return [
    { title: 'test the release', commands: [command('npm', 'test')] },
    {
      title: 'commit and tag',
      commands: [
        command('git', 'add', '--all'),
        command('git', 'commit', '--message', `Release ${version}`),
        command('git', 'tag', '--annotate', tag, '--message', version),
        command('git', 'push', 'origin', 'HEAD', tag),
      ],
    },
    {
      title: isLocal
        ? 'build the image; give --image to publish it in a registry'
        : 'publish the image with an SBOM and its provenance',
      commands: [build],
    },
    {
      title: 'publish the npm package',
      commands: [command('npm', 'publish', path(npmArchive(version)))],
    },
    ...(chart === undefined || isLocal
      ? []
      : [
          {
            title: 'publish the chart',
            commands: [command('helm', 'push', path(chart), `oci://${registry}/charts`)],
          },
        ]),
    {
      title: 'publish the files and the notes',
      commands: [
        command(
          ...['gh', 'release', 'create', tag, '--title', version],
          ...['--notes-file', path('RELEASE_NOTES.md'), ...assets],
        ),
      ],
    },
  ];
}
