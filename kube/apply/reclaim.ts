import { isMap } from '../api/json.ts';
import type { KubeObject, ManagedFieldsEntry } from '../api/object.ts';
import { appliedFields, type Fields } from './owned-fields.ts';

/**
 * The manager to which the API server assigns all fields of an object without managedFields when it
 * is applied.
 */
const beforeFirstApply = 'before-first-apply';

/** Parts of an object to which many clients add fields, by their names in fieldsV1. */
const sharedParts: ReadonlySet<string> = new Set([
  'f:annotations',
  'f:labels',
  'f:metadata',
  'f:status',
]);

/** Whether other clients may own a part of an object, such as `f:labels`. */
export type IsShared = (part: string) => boolean;

/**
 * Returns managedFields in which the manager's Apply entry has all fields that it applied. Any
 * client may drop or rewrite managedFields. Other entries may then own fields that the manager
 * applied, and no apply removes these fields any more.
 *
 * The fields come from entries of the same manager for another operation, and from the entry
 * `before-first-apply`. In the latter, metadata, labels, annotations and status may belong to any
 * client: of these, only the fields that the Apply entry has too are reclaimed.
 *
 * @param isShared names further parts that may belong to other clients
 * @returns undefined if nothing is to be reclaimed, or the manager has no Apply entry
 */
export function reclaimedFields(
  live: KubeObject,
  fieldManager: string,
  isShared: IsShared = () => false,
): ManagedFieldsEntry[] | undefined {
  const applied = appliedFields(live, fieldManager);
  if (!isMap(applied)) return undefined;
  const isSharedPart: IsShared = (part) => sharedParts.has(part) || isShared(part);
  const reclaimed: Fields[] = [];
  const entries = live.metadata.managedFields!.flatMap((entry) => {
    const fields = entry.fieldsV1 as Fields | undefined;
    if (!isMap(fields) || !isResidue(entry, live, fieldManager)) return [entry];
    const isOwn = entry.manager === fieldManager;
    const { moved, rest } = isOwn ? { moved: fields } : partition(fields, applied, isSharedPart);
    if (moved === undefined) return [entry];
    reclaimed.push(moved);
    return rest === undefined ? [] : [{ ...entry, fieldsV1: rest }];
  });
  if (reclaimed.length === 0) return undefined;
  return entries.map((entry) =>
    isApplyEntry(entry, fieldManager)
      ? { ...entry, fieldsV1: reclaimed.reduce(union, applied) }
      : entry,
  );
}

/** Whether a manager has an Apply entry for the object itself. */
export function hasApplied({ metadata }: KubeObject, fieldManager: string): boolean {
  return metadata.managedFields?.some((entry) => isApplyEntry(entry, fieldManager)) === true;
}

function isApplyEntry(
  { manager, operation, subresource }: ManagedFieldsEntry,
  fieldManager: string,
): boolean {
  return manager === fieldManager && operation === 'Apply' && !subresource;
}

/** Whether an entry may own fields that the manager applied. */
function isResidue(entry: ManagedFieldsEntry, live: KubeObject, fieldManager: string): boolean {
  const { manager, operation, apiVersion, subresource } = entry;
  if (apiVersion !== live.apiVersion || subresource || operation === 'Apply') return false;
  return manager === fieldManager || manager === beforeFirstApply;
}

/**
 * Divides the fields of an entry into those to reclaim and those that it retains.
 *
 * @param applied the fields of the Apply entry in the same place
 * @param isInShared whether the fields are in a shared part
 */
function partition(
  fields: Fields,
  applied: Fields | undefined,
  isShared: IsShared,
  isInShared = false,
): { moved?: Fields; rest?: Fields } {
  const members = membersOf(fields);
  if (members.length === 0) {
    return isInShared && applied === undefined ? { rest: fields } : { moved: fields };
  }
  const moved: Record<string, Fields> = {};
  const rest: Record<string, Fields> = {};
  for (const [name, inner] of members) {
    const parts = partition(inner, applied?.[name], isShared, isInShared || isShared(name));
    if (parts.moved) moved[name] = parts.moved;
    if (parts.rest) rest[name] = parts.rest;
  }
  const own = '.' in fields ? { '.': {} } : {};
  return {
    ...(Object.keys(moved).length > 0 && { moved: { ...own, ...moved } }),
    ...(Object.keys(rest).length > 0 && { rest: { ...own, ...rest } }),
  };
}

function union(first: Fields, second: Fields): Fields {
  const result: Record<string, Fields | undefined> = { ...first };
  if ('.' in second) result['.'] = {};
  for (const [name, fields] of membersOf(second)) result[name] = union(result[name] ?? {}, fields);
  return result;
}

function membersOf(fields: Fields): [string, Fields][] {
  return Object.entries(fields).filter(
    (member): member is [string, Fields] => member[0] !== '.' && isMap(member[1]),
  );
}
