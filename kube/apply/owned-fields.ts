import { hash } from 'node:crypto';
import { isMap } from '../api/json.ts';
import type { KubeObject } from '../api/object.ts';

/** A node of fieldsV1; one without members is a leaf: a scalar, or an atomic list or map. */
export interface Fields {
  readonly [member: string]: Fields | undefined;
}

/** The fields that a manager has applied, by its entry in managedFields; undefined without one. */
export function appliedFields(live: KubeObject, fieldManager: string): Fields | undefined {
  const entry = live.metadata.managedFields?.find(
    ({ manager, operation, subresource }) =>
      manager === fieldManager && operation === 'Apply' && !subresource,
  );
  // The entry of another version may name its fields otherwise.
  return entry?.apiVersion === live.apiVersion ? (entry.fieldsV1 as Fields | undefined) : undefined;
}

/**
 * What of a live object is a manager's: the object it last applied, with the values that the fields
 * have now. If its digest is that of the object to be applied, an apply would change nothing; the
 * reverse does not hold, for a value may be written in two ways.
 *
 * @returns undefined when the manager has applied nothing
 */
export function ownedPart(live: KubeObject, fieldManager: string): unknown {
  const fields = appliedFields(live, fieldManager);
  if (fields === undefined) return undefined;
  const { apiVersion, kind, metadata } = live;
  const { name, namespace } = metadata;
  const part = project(live, fields) as { readonly metadata?: object };
  return { ...part, apiVersion, kind, metadata: { ...part.metadata, name, namespace } };
}

function project(value: unknown, fields: Fields): unknown {
  const members = Object.entries(fields).filter(([member]) => member !== '.');
  if (members.length === 0) return '.' in fields ? emptied(value) : value;
  if (Array.isArray(value)) {
    const wanted = members.map(([member, inner]) => [wants(member), inner!] as const);
    return value.flatMap((element: unknown) => {
      const [, inner] = wanted.find(([isWanted]) => isWanted(element)) ?? [];
      return inner === undefined ? [] : [project(element, inner)];
    });
  }
  if (!isMap(value)) return value;
  return Object.fromEntries(
    members.map(([member, inner]) => {
      const name = member.slice('f:'.length);
      return [name, project(value[name], inner!)];
    }),
  );
}

/** Of a map or list of which its being there is owned, and none of what is in it. */
function emptied(value: unknown): unknown {
  if (Array.isArray(value)) return [];
  return isMap(value) ? {} : value;
}

/** Whether an element of a list is the one that `k:` or `v:` names. */
function wants(member: string): (element: unknown) => boolean {
  const named = JSON.parse(member.slice('k:'.length)) as unknown;
  if (member.startsWith('v:')) return (element) => element === named;
  const keys = Object.entries(named as object);
  return (element) => isMap(element) && keys.every(([key, value]) => element[key] === value);
}

/** A hash of a JSON value in which the order of members means nothing. */
export function digest(value: unknown): string {
  return hash('sha256', canonical(value), 'base64');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isMap(value)) return value === undefined ? 'null' : JSON.stringify(value);
  const members = Object.keys(value)
    .filter((name) => value[name] !== undefined)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`);
  return `{${members.join(',')}}`;
}
