/** Where a comparison stands; what leads there is put into words only when it is asked for. */
export interface FieldPath {
  readonly outer: FieldPath | undefined;
  /** Name of a field, or keys of an element. */
  readonly name: string;
  readonly isElement: boolean;
}

/** What the API server takes out of a manager's fields. */
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

/** Whether a place is one that no manager ever owns. */
export function isUnmanaged(place: FieldPath): boolean {
  if (place.outer === undefined) return unmanaged.has(place.name);
  return isMetadata(place.outer) && unmanaged.has(`metadata.${place.name}`);
}

/** Names of the fields that lead to a place, without the elements of lists. */
export function namesOf(place: FieldPath | undefined): string[] {
  if (place === undefined) return [];
  const names = namesOf(place.outer);
  if (!place.isElement) names.push(place.name);
  return names;
}

/** A place in words, such as `spec.template.spec.containers{"name":"main"}.image`. */
export function pathOf({ outer, name, isElement }: FieldPath): string {
  if (outer === undefined) return name;
  return isElement ? pathOf(outer) + name : `${pathOf(outer)}.${name}`;
}
