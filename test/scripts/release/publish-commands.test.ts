import { publishSteps } from '../../../scripts/release/publish-commands.ts';

const options = {
  version: '1.3.0',
  dryRun: false,
  resolveImages: true,
  image: 'registry.example/team/bitcoin-controller',
  platforms: ['linux/amd64', 'linux/arm64'],
};
const chart = 'bitcoin-controller-1.3.0.tgz';
const commandsOf = (image: string, files: readonly string[] = []) =>
  publishSteps({ ...options, image }, files, 'out')
    .flatMap(({ commands }) => commands)
    .join('\n');

describe('publishSteps', () => {
  test('pushes the image for all platforms, the chart, and the files of the release', () => {
    const commands = commandsOf(options.image, ['RELEASE_NOTES.md', chart, 'install.yaml']);
    expect(commands).toMatch(
      /^docker buildx build --platform linux\/amd64,linux\/arm64 .*--tag registry\.example\/team\/bitcoin-controller:1\.3\.0 --push \.$/m,
    );
    expect(commands).toContain(`helm push out/${chart} oci://registry.example/team/charts`);
    expect(commands).toMatch(
      /gh release create v1\.3\.0 .* out\/bitcoin-\S+tgz out\/install\.yaml$/,
    );
  });

  test('pushes no chart that the release does not have', () => {
    expect(commandsOf(options.image, ['install.yaml'])).not.toContain('helm');
  });

  test('only builds an image of localhost, which no cluster can pull', () => {
    const commands = commandsOf('localhost/bitcoin-controller', [chart]);
    expect(commands).toContain('--tag localhost/bitcoin-controller:1.3.0 .');
    expect(commands).not.toMatch(/--push|helm/);
  });
});
