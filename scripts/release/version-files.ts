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
 * Returns a file with the new version. It is in the version fields of package.json and
 * package-lock.json, and in the names of the controller's image, package and chart in any file:
 * `bitcoin-controller:VERSION` and `bitcoin-controller-VERSION`.
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
  return text.replaceAll(image, to.image).replaceAll(named, to.version);
}
