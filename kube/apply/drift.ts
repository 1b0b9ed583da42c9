import { isMetadata, isUnmanaged, fieldNames, formatPath, type FieldPath } from './field-path.ts';
import { isMap, type JsonMap } from '../api/json.ts';
import type { KubeObject } from '../api/object.ts';
import { appliedFields, type Fields } from './owned-fields.ts';
import { semanticEqual } from './semantic-equal.ts';

/** A field in which a live object differs from the desired object. */
export interface Drift {
  /** Such as `spec.template.spec.containers{"name":"main"}.image`. */
  readonly path: string;
  /**
   * `missing`: the field is desired and the manager does not own it, because it is new or another
   * manager changed or removed it.
   * `different`: the manager owns the field and desires another value.
   * `left-over`: the manager owns the field and no longer desires it.
   */
  readonly cause: 'missing' | 'different' | 'left-over';
}

/**
 * Whether a server-side apply of `desired` would change `live`. Only the managedFields of `live`
 * are needed, not the object that was applied before. A converged object therefore costs no write.
 *
 * @param desired the object to apply, without status
 * @param live the object as read from the API server, with its managedFields
 * @param fieldManager the manager that applies the object
 */
export function needsApply(desired: KubeObject, live: KubeObject, fieldManager: string): boolean {
  return findDrift(desired, live, fieldManager).next().done !== true;
}

/**
 * Yields the fields that make {@link needsApply} true. It compares with the manager's Apply entry
 * in managedFields, which also serves as the schema: its `f:`, `k:` and `v:` members distinguish
 * maps, lists with merge keys and sets from atomic values. Fields of other managers, defaults and
 * status do not matter. Values are compared by {@link semanticEqual}.
 */
export function* findDrift(
  desired: KubeObject,
  live: KubeObject,
  fieldManager: string,
): Generator<Drift, void, undefined> {
  const owned = appliedFields(live, fieldManager) ?? {};
  yield* compareMap(desired as unknown as JsonMap, live, owned, undefined);
}

function* compare(
  desired: unknown,
  live: unknown,
  owned: Fields | undefined,
  path: FieldPath,
): Generator<Drift, void, undefined> {
  if (owned === undefined) {
    if (!ownsNothing(desired, path.name)) yield { path: formatPath(path), cause: 'missing' };
  } else if (desired === undefined) {
    yield { path: formatPath(path), cause: 'left-over' };
  } else if (isMap(desired) && (hasMembers(owned, 'f:') || isMetadata(path))) {
    yield* compareMap(desired, live, owned, path);
  } else if (Array.isArray(desired) && hasMembers(owned, 'k:')) {
    yield* compareListMap(desired, live, owned, path);
  } else if (Array.isArray(desired) && hasMembers(owned, 'v:')) {
    yield* compareSet(desired, live, owned, path);
  } else if (hasMembers(owned, '') || !isLeafEqual(desired, live, path)) {
    yield { path: formatPath(path), cause: 'different' };
  }
}

function* compareMap(
  desired: JsonMap,
  live: unknown,
  owned: Fields,
  path: FieldPath | undefined,
): Generator<Drift, void, undefined> {
  const members = isMap(live) ? live : {};
  const names = new Set(Object.keys(desired));
  for (const member in owned) if (member.startsWith('f:')) names.add(member.slice(2));
  for (const name of names) {
    const inner = { outer: path, name, isElement: false };
    if (isUnmanaged(inner)) continue;
    // An object with only a name and a namespace has no managed metadata.
    const fields = owned[`f:${name}`] ?? (isMetadata(inner) ? {} : undefined);
    yield* compare(desired[name], members[name], fields, inner);
  }
}

function* compareListMap(
  desired: readonly unknown[],
  live: unknown,
  owned: Fields,
  path: FieldPath,
): Generator<Drift, void, undefined> {
  const liveElements = Array.isArray(live) ? (live as unknown[]) : [];
  const rest = new Set(desired);
  let keys: JsonMap = {};
  for (const [member, fields] of Object.entries(owned)) {
    if (!member.startsWith('k:')) continue;
    const inner = { outer: path, name: member.slice(2), isElement: true };
    keys = parseKeys(member.slice(2));
    const element = findElement([...rest], keys);
    rest.delete(element);
    const liveElement = findElement(liveElements, keys);
    yield* compare(element, liveElement, fields, inner);
  }
  for (const element of rest) {
    const shownKeys = JSON.stringify(element, Object.keys(keys));
    yield { path: formatPath(path) + shownKeys, cause: 'missing' };
  }
}

/** @throws SyntaxError if the keys of an element are malformed */
function parseKeys(text: string): JsonMap {
  const keys: unknown = JSON.parse(text);
  if (!isMap(keys)) throw new SyntaxError(`the keys of a list element are not an object: ${text}`);
  return keys;
}

function* compareSet(
  desired: readonly unknown[],
  live: unknown,
  owned: Fields,
  path: FieldPath,
): Generator<Drift, void, undefined> {
  const rest = new Set(desired.map((value) => JSON.stringify(value)));
  const liveValues = new Set(
    Array.isArray(live) ? live.map((value: unknown) => JSON.stringify(value)) : [],
  );
  for (const member in owned) {
    if (!member.startsWith('v:')) continue;
    const value = JSON.stringify(JSON.parse(member.slice(2)));
    if (!rest.delete(value)) yield { path: formatPath(path) + value, cause: 'left-over' };
    else if (!liveValues.has(value)) yield { path: formatPath(path) + value, cause: 'missing' };
  }
  for (const value of rest) yield { path: formatPath(path) + value, cause: 'missing' };
}

/**
 * Finds the desired element with the keys of a managed one. The API server adds omitted keys with
 * their defaults, so an element may omit keys; the element that omits the fewest matches.
 */
function findElement(elements: readonly unknown[], keys: JsonMap): unknown {
  const candidates = elements
    .map((element) => ({
      element,
      missing: isMap(element) ? countOmittedKeys(element, keys) : undefined,
    }))
    .filter(({ missing }) => missing !== undefined);
  candidates.sort((a, b) => a.missing! - b.missing!);
  return candidates[0]?.element;
}

/** Counts the keys that an element omits. Returns undefined if a key has another value. */
function countOmittedKeys(element: JsonMap, keys: JsonMap): number | undefined {
  let missing = 0;
  for (const [key, value] of Object.entries(keys)) {
    const own = element[key];
    if (own === undefined || own === null) missing++;
    else if (own !== value) return undefined;
  }
  return missing;
}

/**
 * Compares values without owned members. An empty map only requires the field to be owned, because
 * defaults and other managers may add members. An empty selector is atomic: its members matter.
 */
function isLeafEqual(desired: unknown, live: unknown, path: FieldPath): boolean {
  if (desired === live) return true;
  const names = fieldNames(path);
  const isPresence =
    isMap(desired) && Object.keys(desired).length === 0 && !/[sS]elector$/.test(names.at(-1)!);
  return isPresence || semanticEqual(desired, live, names);
}

/** Maps that the API server omits when they are empty, together with their ownership. */
const omittedWhenEmpty: ReadonlySet<string> = new Set(['annotations', 'data', 'labels']);

/** Whether an apply of a value would own no field, because the value has no leaf. */
function ownsNothing(value: unknown, name: string): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (!isMap(value)) return value === undefined || value === null;
  const members = Object.entries(value);
  if (members.length === 0) return omittedWhenEmpty.has(name);
  return members.every(([inner, member]) => ownsNothing(member, inner));
}

function hasMembers(fields: Fields, prefix: string): boolean {
  for (const member in fields) if (member !== '.' && member.startsWith(prefix)) return true;
  return false;
}
