/**
 * Returns a copy of a resource in which a field has another value.
 *
 * @param path a path as in `Field`; `[]` and `[KEY]` stand for the first item and the first key
 * @param change returns the other value, or undefined to remove the field
 * @throws Error if the resource does not have the field
 */
export function changeField<Resource extends object>(
  resource: Resource,
  path: string,
  change: (value: unknown) => unknown,
): Resource {
  const steps = path.match(/\[\]|\[KEY\]|[^.[\]]+/g)!;
  const changed = (value: unknown, [step, ...rest]: readonly string[]): unknown => {
    const container = value as Record<string, unknown> | unknown[];
    const key = step!.startsWith('[') ? (Object.keys(container)[0] ?? '') : step!;
    const child = (container as Record<string, unknown>)[key];
    if (child === undefined) {
      throw new Error(`no example of ${path}: add one to docs/reference/examples`);
    }
    return replaceMember(container, key, rest.length === 0 ? change(child) : changed(child, rest));
  };
  return changed(resource, steps) as Resource;
}

/** Returns a copy of an object or a list with another member, or without it if it is undefined. */
function replaceMember(
  container: Record<string, unknown> | unknown[],
  key: string,
  value: unknown,
): unknown {
  if (Array.isArray(container)) {
    return container.toSpliced(Number(key), 1, ...(value === undefined ? [] : [value]));
  }
  const members = Object.entries({ ...container, [key]: value });
  return Object.fromEntries(members.filter(([, member]) => member !== undefined));
}
