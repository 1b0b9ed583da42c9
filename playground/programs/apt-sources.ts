/** A place that Debian packages come from. */
export interface AptSource {
  readonly uri: string;
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** The file of the keys that must have signed it, if the entry names one. */
  readonly signedBy?: string;
}

/** The entries for binary packages of a file in the one-line format (sources.list). */
export function parseSourcesList(text: string): AptSource[] {
  const sources: AptSource[] = [];
  for (const line of text.split('\n')) {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s*)?(\S+)\s+(\S+)([^#]*)/.exec(line);
    if (!match) continue;
    const signedBy = /signed-by=(\/\S+)/i.exec(match[1] ?? '')?.[1];
    sources.push({
      uri: match[2]!,
      suites: [match[3]!],
      components: words(match[4]!),
      ...(signedBy === undefined ? {} : { signedBy }),
    });
  }
  return sources;
}

/** The entries for binary packages of a file in the deb822 format (*.sources). */
export function parseDeb822(text: string): AptSource[] {
  const sources: AptSource[] = [];
  const withoutComments = text.replaceAll(/^#.*\n?/gm, '');
  for (const stanza of withoutComments.split(/\n\s*\n/)) {
    const field = (name: string): string =>
      new RegExp(`^${name}:((?:.*)(?:\\n[ \\t].*)*)`, 'im').exec(stanza)?.[1]?.trim() ?? '';
    if (!words(field('Types')).includes('deb') || field('Enabled').toLowerCase() === 'no') continue;
    const signedBy = field('Signed-By');
    for (const uri of words(field('URIs'))) {
      sources.push({
        uri,
        suites: words(field('Suites')),
        components: words(field('Components')),
        ...(signedBy.startsWith('/') ? { signedBy } : {}),
      });
    }
  }
  return sources;
}

/**
 * The sources that are a mirror of Debian itself, and so have its other suites too: those that
 * serve one of `suites` in the component main.
 */
export function debianMirrors(
  sources: readonly AptSource[],
  suites: readonly string[],
): AptSource[] {
  return sources.filter(
    (source) =>
      source.components.includes('main') && source.suites.some((suite) => suites.includes(suite)),
  );
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
