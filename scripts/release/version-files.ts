/** What a release changes in the files of the checkout. */
export interface VersionChange {
  readonly from: { readonly version: string; readonly image: string };
  readonly to: { readonly version: string; readonly image: string };
}

const escape = (text: string) => text.replaceAll('.', String.raw`\.`);

/** Files that state a version as history. */
const history = /^(CHANGELOG\.md$|docs\/adr\/|test\/faults\/releases\/)/;

function setJsonVersion(text: string, version: string): string {
  const value = JSON.parse(text) as { version: string; packages?: { '': { version: string } } };
  value.version = version;
  if (value.packages) value.packages[''].version = version;
  return `${JSON.stringify(value, null, 2)}\n`;
}

/**
 * Returns a file with the new version. Beside the version fields of package.json, package-lock.json
 * and Chart.yaml, these are the names of the controller's image, of its package and of its chart,
 * in any file: `localhost/bitcoin-controller:0.1.0`, `bitcoin-controller-0.1.0.tgz`.
 *
 * @param file the path of the file in the checkout
 */
export function setVersion(file: string, text: string, { from, to }: VersionChange): string {
  if (history.test(file)) return text;
  if (file === 'package.json' || file === 'package-lock.json') {
    return setJsonVersion(text, to.version);
  }
  const version = String.raw`${escape(from.version)}(?![-\w]|\.\d)`;
  // The packages of released versions keep their names.
  const named = new RegExp(String.raw`(?<=(?<!releases/)bitcoin-controller[:-])${version}`, 'g');
  const image = new RegExp(escape(from.image.slice(0, -from.version.length)) + version, 'g');
  const result = text.replaceAll(image, to.image).replaceAll(named, to.version);
  if (!/^charts\/[^/]+\/Chart\.yaml$/.test(file)) return result;
  return result
    .replace(/^version: .*$/m, `version: ${to.version}`)
    .replace(/^appVersion: .*$/m, `appVersion: "${to.version}"`);
}
