import { code, page, table } from './markdown.ts';
import { annotationEntries, labelEntries, type MetadataEntry } from './metadata-entries.ts';

/** Renders the page of labels and annotations. */
export function labelsAndAnnotationsPage(): string {
  return page(
    '# Labels and annotations',
    'This page lists the labels and annotations that the manifests and the controller write or read. NAME is the name of a network. Labels and annotations that others add to objects are left alone.',
    '## Labels',
    'The labels of a network do not change between releases, because the selector of a StatefulSet is immutable and a change of pod labels restarts nodes.',
    entriesTable(labelEntries),
    '## Annotations',
    entriesTable(annotationEntries),
    'To set an annotation on a network:',
    '```sh\nkubectl annotate bitcoinnetwork alice KEY=VALUE\n```',
  );
}

function entriesTable(entries: readonly MetadataEntry[]): string {
  const rows = entries.map(({ name, objects, value, access, meaning }) => [
    code(name),
    objects,
    value.includes(' ') ? value : code(value),
    access,
    meaning,
  ]);
  return table(['key', 'objects', 'value', 'access', 'meaning'], rows);
}
