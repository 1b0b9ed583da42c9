/** A field path, formatted only on demand. */
export interface FieldPath {
  readonly outer: FieldPath | undefined;
  /** Name of a field, or keys of a list element. */
  readonly name: string;
  readonly isElement: boolean;
}

/** Fields that the API server removes from managedFields. */
const unmanaged: ReadonlySet<string> = new Set([
  'apiVersion',
  'kind',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'metadata.resourceVersion',
  'metadata.generation',
  'metadata.creationTimestamp',
  'metadata.selfLink',
  'metadata.managedFields',
]);

export function isMetadata({ outer, name }: FieldPath): boolean {
  return outer === undefined && name === 'metadata';
}

/** Whether the API server never records an owner of the field. */
export function isUnmanaged(path: FieldPath): boolean {
  if (path.outer === undefined) return unmanaged.has(path.name);
  return isMetadata(path.outer) && unmanaged.has(`metadata.${path.name}`);
}

/** Returns the names of the fields in a path, without list elements. */
export function fieldNames(path: FieldPath | undefined): string[] {
  if (path === undefined) return [];
  const names = fieldNames(path.outer);
  if (!path.isElement) names.push(path.name);
  return names;
}

/** Formats a path, such as `spec.template.spec.containers{"name":"main"}.image`. */
export function formatPath({ outer, name, isElement }: FieldPath): string {
  if (outer === undefined) return name;
  return isElement ? formatPath(outer) + name : `${formatPath(outer)}.${name}`;
}
