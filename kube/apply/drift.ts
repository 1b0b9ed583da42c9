import { isMetadata, isUnmanaged, namesOf, pathOf, type FieldPath } from './field-path.ts';
import { isMap, type JsonMap } from '../api/json.ts';
import type { KubeObject } from '../api/object.ts';
import { appliedFields, type Fields } from './owned-fields.ts';
import { semanticEqual } from './semantic-equal.ts';

/** A field in which a live object is not what would be applied. */
export interface Drift {
  /** Such as `spec.template.spec.containers{"name":"main"}.image`. */
  readonly path: string;
  /**
   * `missing`: it is desired and not ours: it is new, or another manager took it over or removed it.
   * `different`: it is ours with another value: something else is desired now.
   * `left-over`: it is ours and no longer desired.
   */
  readonly cause: 'missing' | 'different' | 'left-over';
}

/**
 * Whether a server-side apply of `desired` would change `live`, as far as what `live` says of itself
 * tells: so a converged object costs no write, though one knows nothing of what was applied before.
 *
 * @param desired an object as it is applied, without status
 * @param live the object as it was read, with its managedFields
 * @param fieldManager the name it is applied by
 */
export function needsApply(desired: KubeObject, live: KubeObject, fieldManager: string): boolean {
  return findDrift(desired, live, fieldManager).next().done !== true;
}

/**
 * The fields for which {@link needsApply} holds. What decides is this manager's Apply entry in
 * managedFields, which also is the schema: its `f:`, `k:` and `v:` members tell maps, lists with
 * merge keys and sets from what is atomic. Fields of other managers, defaults and status do not
 * matter. Values are compared by meaning, as `isSameValue` does.
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
  place: FieldPath,
): Generator<Drift, void, undefined> {
  if (owned === undefined) {
    if (!ownsNothing(desired, place.name)) yield { path: pathOf(place), cause: 'missing' };
  } else if (desired === undefined) {
    yield { path: pathOf(place), cause: 'left-over' };
  } else if (isMap(desired) && (hasMembers(owned, 'f:') || isMetadata(place))) {
    yield* compareMap(desired, live, owned, place);
  } else if (Array.isArray(desired) && hasMembers(owned, 'k:')) {
    yield* compareListMap(desired, live, owned, place);
  } else if (Array.isArray(desired) && hasMembers(owned, 'v:')) {
    yield* compareSet(desired, live, owned, place);
  } else if (hasMembers(owned, '') || !isSameLeaf(desired, live, place)) {
    yield { path: pathOf(place), cause: 'different' };
  }
}

function* compareMap(
  desired: JsonMap,
  live: unknown,
  owned: Fields,
  place: FieldPath | undefined,
): Generator<Drift, void, undefined> {
  const members = isMap(live) ? live : {};
  const names = new Set(Object.keys(desired));
  for (const member in owned) if (member.startsWith('f:')) names.add(member.slice(2));
  for (const name of names) {
    const inner = { outer: place, name, isElement: false };
    if (isUnmanaged(inner)) continue;
    // Of a name and a namespace nothing is managed.
    const fields = owned[`f:${name}`] ?? (isMetadata(inner) ? {} : undefined);
    yield* compare(desired[name], members[name], fields, inner);
  }
}

function* compareListMap(
  desired: readonly unknown[],
  live: unknown,
  owned: Fields,
  place: FieldPath,
): Generator<Drift, void, undefined> {
  const liveElements = Array.isArray(live) ? (live as unknown[]) : [];
  const rest = new Set(desired);
  let keys: JsonMap = {};
  for (const [member, fields] of Object.entries(owned)) {
    if (!member.startsWith('k:')) continue;
    const inner = { outer: place, name: member.slice(2), isElement: true };
    keys = JSON.parse(member.slice(2)) as JsonMap;
    const element = elementOf([...rest], keys);
    rest.delete(element);
    const liveElement = elementOf(liveElements, keys);
    yield* compare(element, liveElement, fields, inner);
  }
  for (const element of rest) {
    const shownKeys = JSON.stringify(element, Object.keys(keys));
    yield { path: pathOf(place) + shownKeys, cause: 'missing' };
  }
}

function* compareSet(
  desired: readonly unknown[],
  live: unknown,
  owned: Fields,
  place: FieldPath,
): Generator<Drift, void, undefined> {
  const rest = new Set(desired.map((value) => JSON.stringify(value)));
  const liveValues = new Set(
    Array.isArray(live) ? live.map((value: unknown) => JSON.stringify(value)) : [],
  );
  for (const member in owned) {
    if (!member.startsWith('v:')) continue;
    const value = JSON.stringify(JSON.parse(member.slice(2)));
    if (!rest.delete(value)) yield { path: pathOf(place) + value, cause: 'left-over' };
    else if (!liveValues.has(value)) yield { path: pathOf(place) + value, cause: 'missing' };
  }
  for (const value of rest) yield { path: pathOf(place) + value, cause: 'missing' };
}

/**
 * The desired element with the keys of a managed one. A key that it leaves out was filled in with
 * its default; of several elements the one that leaves out the least has it.
 */
function elementOf(elements: readonly unknown[], keys: JsonMap): unknown {
  const candidates = elements
    .map((element) => ({ element, missing: isMap(element) ? matches(element, keys) : undefined }))
    .filter(({ missing }) => missing !== undefined);
  candidates.sort((a, b) => a.missing! - b.missing!);
  return candidates[0]?.element;
}

/** How many of the keys an element leaves out; undefined if it has another value for one. */
function matches(element: JsonMap, keys: JsonMap): number | undefined {
  let missing = 0;
  for (const [key, value] of Object.entries(keys)) {
    const own = element[key];
    if (own === undefined || own === null) missing++;
    else if (own !== value) return undefined;
  }
  return missing;
}

/**
 * An empty map says "present", whatever a default or another manager has put into it; only that of
 * a selector, which is atomic, says "nothing".
 */
function isSameLeaf(desired: unknown, live: unknown, place: FieldPath): boolean {
  if (desired === live) return true;
  const names = namesOf(place);
  const isPresence =
    isMap(desired) && Object.keys(desired).length === 0 && !/[sS]elector$/.test(names.at(-1)!);
  return isPresence || semanticEqual(desired, live, names);
}

/** Maps that the API server leaves out when they are empty, and their ownership at some time too. */
const textMaps: ReadonlySet<string> = new Set(['annotations', 'data', 'labels']);

/** Whether applying a value makes one the owner of nothing: there is no leaf in it. */
function ownsNothing(value: unknown, name: string): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (!isMap(value)) return value === undefined || value === null;
  const members = Object.entries(value);
  if (members.length === 0) return textMaps.has(name);
  return members.every(([inner, member]) => ownsNothing(member, inner));
}

function hasMembers(fields: Fields, prefix: string): boolean {
  for (const member in fields) if (member !== '.' && member.startsWith(prefix)) return true;
  return false;
}
