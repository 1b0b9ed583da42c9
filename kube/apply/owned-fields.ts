import { hash } from 'node:crypto';
import { isMap } from '../api/json.ts';
import type { KubeObject } from '../api/object.ts';

/** A node of fieldsV1. A node without members is a leaf: a scalar, or an atomic list or map. */
export interface Fields {
  readonly [member: string]: Fields | undefined;
}

/** Returns the fields in a manager's Apply entry in managedFields; undefined without an entry. */
export function appliedFields(live: KubeObject, fieldManager: string): Fields | undefined {
  const entry = live.metadata.managedFields?.find(
    ({ manager, operation, subresource }) =>
      manager === fieldManager && operation === 'Apply' && !subresource,
  );
  // Another API version may name the fields differently.
  return entry?.apiVersion === live.apiVersion ? (entry.fieldsV1 as Fields | undefined) : undefined;
}

/**
 * Returns the part of a live object that a manager owns: the fields of the object that it last
 * applied, with their current values. If its digest equals that of the object to apply, an apply
 * would change nothing. The reverse does not hold, because a value may have several notations.
 *
 * @returns undefined if the manager has applied nothing
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
  if (members.length === 0) return '.' in fields ? withoutContent(value) : value;
  if (Array.isArray(value)) {
    const wanted = members.map(([member, inner]) => [elementMatcher(member), inner!] as const);
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

/** Empties a map or list if a manager owns its presence and none of its members. */
function withoutContent(value: unknown): unknown {
  if (Array.isArray(value)) return [];
  return isMap(value) ? {} : value;
}

/** Returns a function that finds the list element which a `k:` or `v:` member names. */
function elementMatcher(member: string): (element: unknown) => boolean {
  const named = JSON.parse(member.slice('k:'.length)) as unknown;
  if (member.startsWith('v:')) return (element) => element === named;
  const keys = Object.entries(named as object);
  return (element) => isMap(element) && keys.every(([key, value]) => element[key] === value);
}

/** Hashes a JSON value independently of the order of members. */
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
