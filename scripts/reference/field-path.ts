type Container = Record<string, unknown> | unknown[];

/** The place of a field in a resource. */
export interface FieldPlace {
  readonly parent: Container;
  /** The name of the field, the key of a map or the index in a list. */
  readonly key: string;
}

/**
 * Returns the place of a field. `[]` and `[KEY]` stand for the first item and the first key.
 *
 * @param path a path as in `Field`
 * @throws Error if the resource does not have the field
 */
export function locateField(resource: object, path: string): FieldPlace {
  const [first, ...steps] = path.match(/\[\]|\[KEY\]|[^.[\]]+/g)!;
  let place: FieldPlace = { parent: resource as Container, key: first };
  for (const step of steps) {
    const parent = valueAt(place, path) as Container;
    place = { parent, key: step.startsWith('[') ? (Object.keys(parent)[0] ?? '') : step };
  }
  valueAt(place, path);
  return place;
}

/** Returns a copy of a resource in which a field has another value. */
export function withValue<Resource extends object>(
  resource: Resource,
  path: string,
  value: unknown,
): Resource {
  const copy = structuredClone(resource);
  const { parent, key } = locateField(copy, path);
  (parent as Record<string, unknown>)[key] = value;
  return copy;
}

/** Returns a copy of a resource without a field. */
export function withoutField<Resource extends object>(resource: Resource, path: string): Resource {
  const copy = structuredClone(resource);
  const { parent, key } = locateField(copy, path);
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else Reflect.deleteProperty(parent, key);
  return copy;
}

function valueAt({ parent, key }: FieldPlace, path: string): unknown {
  const value = (parent as Record<string, unknown>)[key];
  if (value === undefined) {
    throw new Error(`no example of ${path}: add one to docs/reference/examples`);
  }
  return value;
}
