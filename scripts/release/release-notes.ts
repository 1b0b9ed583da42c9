/** What the notes of a release name. */
export interface Release {
  readonly version: string;
  /** The image of the controller with its tag. */
  readonly image: string;
  /** The changes, as the changelog lists them; empty without any. */
  readonly changes: string;
  /** Names of the files of the release. */
  readonly files: readonly string[];
}

/** The purpose of each file by the end of its name. */
const purposes: readonly (readonly [suffix: string, purpose: string])[] = [
  ['install.yaml', 'the CustomResourceDefinition and the controller, for `kubectl apply`'],
  ['.cdx.json', 'the software bill of materials (SBOM) of the controller, in CycloneDX JSON'],
  ['SHA256SUMS', 'checksums: `sha256sum --check --ignore-missing SHA256SUMS`'],
  ['Dockerfile', 'the Dockerfile of the image, with its base images'],
  ['index.yaml', 'the index of a Helm repository with the chart'],
];

function purposeOf(file: string): string {
  if (file.startsWith('bitcoin-controller-npm-')) return 'the npm package of the constructs';
  const [, purpose] = purposes.find(([suffix]) => file.endsWith(suffix)) ?? [];
  return purpose ?? 'the Helm chart';
}

/** Returns the notes of a release in Markdown. */
export function releaseNotes({ version, image, changes, files }: Release): string {
  const rows = files.map((file) => `| \`${file}\` | ${purposeOf(file)} |`);
  return `# bitcoin-controller ${version}

Image: \`${image}\`

## Install or upgrade

\`\`\`sh
kubectl apply --server-side -f install.yaml
\`\`\`

An upgrade restarts no pod of a network whose spec did not change.

## Changes

${changes === '' ? 'None.' : changes}

## Files

| file | content |
| ---- | ------- |
${rows.join('\n')}
`;
}
